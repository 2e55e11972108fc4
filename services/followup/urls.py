from django.urls import path

from services.followup import views

app_name = "followup"
urlpatterns = [
    path("", views.rows, name="list"),
    path("thanks/", views.thanks, name="thanks"),
    path("s/<str:token>/", views.survey, name="survey"),
    path("<int:pk>/", views.own, name="own"),
    path("<int:pk>/call/", views.call, name="call"),
    path("<int:pk>/slip/", views.slip, name="slip"),
    path("<int:pk>/waive/", views.waive, name="waive"),
]
