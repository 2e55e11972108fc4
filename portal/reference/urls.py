from django.urls import path

from portal.reference import api

app_name = "reference"
urlpatterns = [
    path("regions/", api.regions, name="regions"),
    path("industries/", api.industries, name="industries"),
]
