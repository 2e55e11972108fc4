"""Who may use a part of the API. The default lets nobody in, so a forgotten permission is a closed door.

Kept apart from portal.api: the framework imports its default permissions before it has views.
"""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


class DenyAll(BasePermission):
    """What a view without a permission of its own gets."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False

    def has_object_permission(self, request: Request, view: "APIView", obj: object) -> bool:
        return False


class Allowed(BasePermission):
    """Signed in, and the role holds :attr:`permission`."""

    permission = ""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return bool(request.user and request.user.is_authenticated and request.user.has_perm(self.permission))


def allows(permission: str) -> type[Allowed]:
    """``permission_classes = [Allows("delivery.work")]``."""
    return type("Allowed", (Allowed,), {"permission": permission, "__doc__": f"Needs {permission}."})


Allows = allows
