from rest_framework.routers import SimpleRouter

from services.rectification.api import AppealViewSet, RectificationViewSet

router = SimpleRouter()
router.register("rectifications", RectificationViewSet, basename="rectification")
router.register("appeals", AppealViewSet, basename="appeal")

urlpatterns = router.urls
