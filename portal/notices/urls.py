from django.urls import path

from portal.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.rows, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("<int:pk>/open/", views.open_notice, name="open"),
]
