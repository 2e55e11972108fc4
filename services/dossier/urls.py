from django.urls import path

from services.dossier import views

app_name = "dossier"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:pk>/", views.enterprise, name="enterprise"),
    path("<int:pk>/dossier.pdf", views.printed, name="pdf"),
    path("<int:pk>/dossier.zip", views.archive, name="archive"),
]
