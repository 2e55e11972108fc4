"""Addresses of the public directory."""

from django.urls import path

from services.directory import views

app_name = "directory"
urlpatterns = [
    path("", views.institutions, name="list"),
    path("<int:pk>/", views.institution, name="institution"),
]
