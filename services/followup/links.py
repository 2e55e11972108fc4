"""The link to a survey: its token is made from the follow-up and the key of the portal, so nobody has to keep it.

The database holds the digest of the token only; notice, printed slip and screen make the same token again.
"""

from django.urls import reverse

from portal.notices import links
from portal.notices.links import makes_links

KIND = "survey"
SALT = "services.followup.survey"


def token(reference: str) -> str:
    """:param reference: the id of the follow-up."""
    return links.token(SALT, reference)


def notice_path(reference: str) -> str:
    return f"{KIND}:{reference}"


@makes_links(KIND)
def path(reference: str) -> str:
    return reverse("followup:survey", args=[token(reference)])
