"""Every address of the portal. Rooms are named by string, so the portal imports nothing of theirs.

A room's pages are in its ``urls.py`` (with ``app_name``), its part of the API in its ``api_urls.py`` (without one);
names of API routes are ``api:…``.
"""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from portal.accounts import schema as _described  # noqa: F401  (registers itself)
from portal.accounts.views import admin_password, admin_sign_in, set_language

API = ("catalogue", "casefile", "triage", "routing", "delivery", "followup", "chasers", "rectification", "boards")

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.failed"

api = [path("", include(f"services.{room}.api_urls")) for room in API]

urlpatterns = [
    path("admin/login/", admin_sign_in),
    path("admin/password_change/", admin_password),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api, "api"))),
    path("api/schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(permission_classes=[AllowAny], template_name="api/docs.html"),
        name="api_docs",
    ),
    path("language/", set_language, name="set_language"),
    path("", include("portal.health")),
    path("accounts/", include("portal.accounts.urls")),
    path("notices/", include("portal.notices.urls")),
    path("reference/", include("portal.reference.urls")),
    path("imports/", include("portal.imports.urls")),
    path("enterprises/", include("enterprises.urls")),
    path("directory/", include("services.lobby.institutions.urls")),
    path("intake/", include("services.intake.urls")),
    path("triage/", include("services.triage.urls")),
    path("routing/", include("services.routing.urls")),
    path("delivery/", include("services.delivery.urls")),
    path("followup/", include("services.followup.urls")),
    path("late/", include("services.chasers.urls")),
    path("rectification/", include("services.rectification.urls")),
    path("cases/", include("services.casefile.urls")),
    path("pool/", include("services.pool.urls")),
    path("twins/", include("services.twins.urls")),
    path("dossier/", include("services.dossier.urls")),
    path("boards/", include("services.boards.own_urls")),
    path("boards/", include("services.boards.urls")),
    path("", include("services.lobby.urls")),
]
