from rest_framework.routers import SimpleRouter

from services.casefile import api

router = SimpleRouter()
router.register("cases", api.CaseViewSet, basename="case")
router.register("documents", api.DocumentViewSet, basename="document")
urlpatterns = router.urls
