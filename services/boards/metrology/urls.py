from django.urls import path

from services.boards.metrology import views

app_name = "metrology"
urlpatterns = [
    path("<int:enterprise>/due/", views.due, name="due"),
    path("<int:enterprise>/calendar/", views.calendar, name="calendar"),
    path("<int:enterprise>/order/", views.order, name="order"),
    path("batches/<int:pk>/", views.batch, name="batch"),
]
