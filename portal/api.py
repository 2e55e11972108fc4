"""What every part of the API shares: closed by default, strict input, newest first, problems as RFC 9457 says."""

from typing import TYPE_CHECKING, Any

from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

if TYPE_CHECKING:
    from rest_framework.views import APIView


class DenyAll(BasePermission):
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


def Allows(permission: str) -> type[BasePermission]:
    """A permission class: signed in, and the role holds `permission`."""

    class Allowed(BasePermission):
        def has_permission(self, request: Request, view: "APIView") -> bool:
            return bool(request.user and request.user.is_authenticated and request.user.has_perm(permission))

    Allowed.permission = permission
    return Allowed


class StrictJSONParser(JSONParser):
    strict = True


class NewestFirst(CursorPagination):
    ordering = "-id"
    page_size = 25
    max_page_size = 100
    page_size_query_param = "page_size"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    return None
