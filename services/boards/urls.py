"""The pages that all registers share; those of single boards come before them (:mod:`services.boards.own_urls`)."""

from django.urls import path

from services.boards import views

app_name = "boards"
urlpatterns = [
    path("<int:enterprise>/due/", views.due, name="due"),
    path("<slug:board>/<int:enterprise>/<slug:register>/", views.entries, name="entries"),
    path("<slug:board>/<int:enterprise>/<slug:register>/new/", views.new, name="new"),
    path("<slug:board>/<int:enterprise>/<slug:register>/export.<slug:ending>", views.export, name="export"),
    path("<slug:board>/<slug:register>/<int:pk>/", views.entry, name="entry"),
    path("<slug:board>/<slug:register>/<int:pk>/edit/", views.edit, name="edit"),
    path("<slug:board>/<slug:register>/<int:pk>/put-away/", views.retire, name="retire"),
    path("<slug:board>/<slug:register>/<int:pk>/take-out/", views.restore, name="restore"),
    path("<slug:board>/<slug:register>/<int:pk>/paper/", views.paper, name="paper"),
]
