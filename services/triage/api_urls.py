from rest_framework.routers import SimpleRouter

from services.triage.api import DeskCases

router = SimpleRouter()
router.register("desk/cases", DeskCases, basename="desk-case")
urlpatterns = router.urls
