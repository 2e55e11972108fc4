from django.urls import path

from services.routing import views

app_name = "routing"
urlpatterns = [
    path("needs/<int:pk>/", views.need, name="need"),
    path("needs/<int:pk>/offer/", views.offer, name="offer"),
    path("referrals/<int:pk>/recall/", views.recall, name="recall"),
    path("records/<int:pk>/", views.record, name="record"),
]
