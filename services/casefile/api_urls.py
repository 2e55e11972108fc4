from django.urls import re_path
from rest_framework.routers import SimpleRouter

from services.casefile import api, clocks_api

router = SimpleRouter()
router.register("cases", api.CaseViewSet, basename="case")
router.register("documents", api.DocumentViewSet, basename="document")
urlpatterns = [
    *router.urls,
    re_path(
        rf"^cases/(?P<number>{api.CaseViewSet.lookup_value_regex})/clocks/$",
        clocks_api.CaseClocksView.as_view(),
        name="case-clocks",
    ),
]
