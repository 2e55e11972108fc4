from django.urls import path

from services.boards.ip import views

app_name = "ip"
urlpatterns = [
    path("<int:enterprise>/portfolio/", views.portfolio, name="portfolio"),
    path("<int:enterprise>/year/", views.year, name="year"),
    path("deadlines/<int:pk>/", views.deadline, name="deadline"),
    path("deadlines/<int:pk>/done/", views.done, name="done"),
    path("deadlines/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("deadlines/<int:pk>/order/", views.order, name="order"),
]
