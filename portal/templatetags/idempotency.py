"""The hidden key of a form (a builtin): ``{% idempotency_key %}`` inside every ``<form method="post">`` that changes
something.
"""

import secrets

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.idempotency.names import FIELD, KEY_BYTES

register = Library()


@register.simple_tag
def idempotency_key() -> SafeString:
    """A fresh key per rendering: sending the same page twice has one effect."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_urlsafe(KEY_BYTES))
