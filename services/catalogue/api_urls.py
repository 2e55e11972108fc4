from rest_framework.routers import SimpleRouter

from services.catalogue import api

router = SimpleRouter()
router.register("boards", api.BoardViewSet, basename="board")
router.register("items", api.ItemViewSet, basename="item")
urlpatterns = router.urls
