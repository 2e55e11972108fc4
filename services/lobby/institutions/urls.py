"""Addresses of the public directory of institutions."""

from django.urls import path

from services.lobby.institutions import views

app_name = "directory"
urlpatterns = [
    path("", views.institutions, name="list"),
    path("<int:pk>/", views.institution, name="institution"),
]
