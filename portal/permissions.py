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
    """Signed in, and the role holds one of :attr:`permissions`."""

    permissions: tuple[str, ...] = ()

    def has_permission(self, request: Request, view: "APIView") -> bool:
        signed_in = bool(request.user and request.user.is_authenticated)
        return signed_in and any(request.user.has_perm(permission) for permission in self.permissions)


def allows(*permissions: str) -> type[Allowed]:
    """``permission_classes = [Allows("delivery.work")]``; one of several is enough."""
    return type("Allowed", (Allowed,), {"permissions": permissions, "__doc__": f"Needs {' or '.join(permissions)}."})


Allows = allows
