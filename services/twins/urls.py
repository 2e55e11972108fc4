from django.urls import path

from services.twins import views

app_name = "twins"
urlpatterns = [
    path("<slug:kind>/", views.index, name="list"),
    path("<slug:kind>/<int:kept>/<int:gone>/", views.pair, name="pair"),
    path("pairs/<int:pk>/apart/", views.apart, name="apart"),
    path("merged/<int:pk>/", views.record, name="record"),
]
