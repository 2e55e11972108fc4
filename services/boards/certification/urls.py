from django.urls import path

from services.boards.certification import views

app_name = "certification"
urlpatterns = [
    path("steps/<int:pk>/", views.step, name="step"),
    path("steps/<int:pk>/evidence/", views.evidence, name="evidence"),
]
