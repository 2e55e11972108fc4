"""Addresses anybody may open."""

from django.urls import path

from services.lobby import views

app_name = "lobby"
urlpatterns = [
    path("", views.home, name="home"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("items/<slug:code>/", views.item, name="item"),
    path("search/", views.search, name="search"),
    path("help/", views.help_page, name="help"),
    path("privacy/", views.privacy, name="privacy"),
    path("gallery/", views.gallery, name="gallery"),
]
