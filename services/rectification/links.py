"""The link by which the enterprise says whether it is put right: like that of the survey, kept as a digest only."""

import secrets

from django.urls import reverse

from portal.notices import links
from portal.notices.links import makes_links

KIND = "rectification"
SALT = "services.rectification.verify"
NONCE_BYTES = 12


def new_reference(pk: int) -> str:
    """Names one link to one round; no secret without the key of the portal."""
    return f"{pk}.{secrets.token_urlsafe(NONCE_BYTES)}"


def token(reference: str) -> str:
    return links.token(SALT, reference)


def notice_path(reference: str) -> str:
    return f"{KIND}:{reference}"


@makes_links(KIND)
def path(reference: str) -> str:
    return reverse("rectification:verify", args=[token(reference)])
