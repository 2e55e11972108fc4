"""Every address of the portal. Rooms are named by string, so the portal imports nothing of theirs.

A room's pages are in its ``urls.py`` (with ``app_name``), its part of the API in its ``api_urls.py`` (without one);
names of API routes are ``api:…``.
"""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from portal.accounts import schema as _described  # noqa: F401  (registers itself)
from portal.accounts.views import admin_sign_in, set_language

PAGES = {
    "accounts/": "portal.accounts",
    "notices/": "portal.notices",
    "reference/": "portal.reference",
    "files/": "portal.files",
    "enterprises/": "enterprises",
    "directory/": "services.lobby.institutions",
    "intake/": "services.intake",
    "triage/": "services.triage",
    "routing/": "services.routing",
    "delivery/": "services.delivery",
    "followup/": "services.followup",
    "cases/": "services.casefile",
    "": "services.lobby",
}
API = [
    "portal.accounts",
    "portal.notices",
    "portal.reference",
    "enterprises",
    "experts",
    "services.catalogue",
    "services.directory",
    "services.intake",
    "services.triage",
    "services.routing",
    "services.delivery",
    "services.followup",
    "services.casefile",
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.failed"

api = [path("", include(f"{room}.api_urls")) for room in API if find_spec(f"{room}.api_urls")]

urlpatterns = [
    path("admin/login/", admin_sign_in),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api, "api"))),
    path("api/schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(permission_classes=[AllowAny], template_name="api/docs.html"),
        name="api_docs",
    ),
    path("language/", set_language, name="set_language"),
    *([path("healthz", include("portal.health"))] if find_spec("portal.health") else []),
    *(path(prefix, include(f"{room}.urls")) for prefix, room in PAGES.items() if find_spec(f"{room}.urls")),
]
