from rest_framework.routers import SimpleRouter

from services.chasers.api import LatePromises

router = SimpleRouter()
router.register("late", LatePromises, basename="late")
urlpatterns = router.urls
