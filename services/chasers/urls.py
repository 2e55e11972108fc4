from django.urls import path

from services.chasers import views

app_name = "chasers"
urlpatterns = [path("", views.whose_turn, name="late")]
