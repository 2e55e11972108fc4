"""The calendar puts its styles, with a font of arrows in them, into one element of its own: on its pages a nonce lets
that one in, and no other.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from csp.constants import NONCE, SELF
from csp.decorators import csp_update
from django.http import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def calendar_page(view: View) -> View:
    return cast("View", csp_update({"style-src": [NONCE], "font-src": [SELF, "data:"]})(view))
