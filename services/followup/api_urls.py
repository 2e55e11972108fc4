from django.urls import path
from rest_framework.routers import SimpleRouter

from services.followup.api import FollowUpViewSet, SurveyView

router = SimpleRouter()
router.register("followups", FollowUpViewSet, basename="followup")

urlpatterns = [path("surveys/<str:token>/", SurveyView.as_view(), name="survey"), *router.urls]
