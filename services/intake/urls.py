from django.urls import path

from services.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.new, name="new"),
    path("verify/", views.verify, name="verify"),
    path("draft/", views.draft, name="draft"),
    path("sent/<str:number>/", views.sent, name="sent"),
    path("assisted/", views.assisted, name="assisted"),
    path("lookup/", views.lookup, name="lookup"),
]
