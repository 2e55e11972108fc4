from django.urls import path

from services.boards.consulting import api

urlpatterns = [path("plans/<int:pk>/", api.PlanView.as_view(), name="improvement_plan")]
