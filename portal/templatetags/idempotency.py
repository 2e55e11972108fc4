"""The hidden key of a form (a builtin): ``{% idempotency_key %}`` inside every ``<form method="post">`` that changes
something.
"""

import secrets

from django.template import Library
from django.utils.safestring import SafeString

from portal.idempotency.names import FIELD, KEY_BYTES

register = Library()


@register.simple_tag
def idempotency_key() -> SafeString:
    """A fresh key per rendering: sending the same page twice has one effect."""
    return SafeString(f'<input type="hidden" name="{FIELD}" value="{secrets.token_urlsafe(KEY_BYTES)}">')
