from rest_framework.routers import SimpleRouter

from services.boards.labs.api import BookingViewSet, InstrumentViewSet

router = SimpleRouter()
router.register("equipment", InstrumentViewSet, basename="instrument")
router.register("bookings", BookingViewSet, basename="booking")

urlpatterns = router.urls
