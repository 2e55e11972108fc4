"""Addresses of the public directory of institutions, and of what an institution sees of itself."""

from django.urls import path

from services.lobby.institutions import own, views

app_name = "directory"
urlpatterns = [
    path("", views.institutions, name="list"),
    path("mine/", own.mine, name="mine"),
    path("<int:pk>/", views.institution, name="institution"),
]
