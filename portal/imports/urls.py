from django.urls import path

from portal.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("new/<slug:kind>/template.<slug:ending>", views.template, name="template"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/discard/", views.cancel, name="cancel"),
    path("<int:pk>/errors.<slug:ending>", views.errors, name="errors"),
]
