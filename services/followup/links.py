"""The link to a survey: its token is made from the follow-up and a number used once, so nobody has to keep it.

The database holds the digest of the token only; a notice holds the reference it can be made from again.
"""

import base64
import secrets

from django.urls import reverse
from django.utils.crypto import salted_hmac

from portal.notices.links import makes_links

KIND = "survey"
SALT = "services.followup.survey"
NONCE_BYTES = 12


def new_reference(pk: int) -> str:
    """Names one link to one follow-up; no secret without the key of the portal."""
    return f"{pk}.{secrets.token_urlsafe(NONCE_BYTES)}"


def token(reference: str) -> str:
    """43 letters, digits and signs that nobody can guess: 256 bits."""
    made = salted_hmac(SALT, reference, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def notice_path(reference: str) -> str:
    return f"{KIND}:{reference}"


@makes_links(KIND)
def path(reference: str) -> str:
    return reverse("followup:survey", args=[token(reference)])
