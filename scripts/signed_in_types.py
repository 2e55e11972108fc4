"""A plugin for mypy: ``request.user`` is our User.

Closed by default, a view is only reached by somebody who is signed in; the few public ones ask ``is_authenticated``.
"""

from collections.abc import Callable

from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type
from mypy_django_plugin.lib.helpers import lookup_fully_qualified_typeinfo

REQUESTS = frozenset({"django.http.request.HttpRequest.user", "rest_framework.request.Request.user"})
USER = "portal.accounts.models.User"


class SignedIn(Plugin):
    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return _user if fullname in REQUESTS else None


def _user(context: AttributeContext) -> Type:
    found = lookup_fully_qualified_typeinfo(context.api, USER)  # type: ignore[arg-type]
    return Instance(found, []) if found else context.default_attr_type


def plugin(version: str) -> type[Plugin]:
    return SignedIn
