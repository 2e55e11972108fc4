"""An invented laboratory that has applied to the pool and waits for the curator."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from experts.credentials import Claim, ScopeRow
from experts.models import CredentialType
from portal.accounts.models import User
from portal.reference.models import Region
from portal.transactions import as_one
from services.catalogue.models import ServiceItem
from services.demo.building import CENTRE
from services.pool.actions import applying
from services.pool.actions.applying import Offer
from services.pool.models import Application

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@as_one
def apply(applicant: User, *, now: datetime) -> int:
    """Send the application; the number of those made, 0 where there is one already."""
    if Application.objects.filter(applicant=applicant).exists():
        return 0
    row: dict[str, Any] = CENTRE["application"]
    sent = now - timedelta(days=1)
    if not applicant.has_usable_password():  # nobody applies by a one-time code alone; the command sets another
        applicant.set_password(secrets.token_urlsafe(24))
        applicant.save(update_fields=["password"])
    application = applying.start(applicant, row["kind"], now=sent)
    about = {**row["about"], "region": Region.objects.get(pk=row["region"])}
    applying.describe(application, about, {})
    for code in row["items"]:
        offer = Offer(ServiceItem.objects.get(pk=code), "paid", row["price"], 8, "")
        applying.put_item(application, offer)
    for held in row["credentials"]:
        applying.put_credential(application, _claim(held, localdate(now)), upload=_paper(held["file"]), by=applicant)
    applying.add_papers(application, [_paper(row["paper"])], by=applicant)
    applying.submit(application, by=applicant, now=sent)
    return 1


def _claim(row: dict[str, Any], today: date) -> Claim:
    return Claim(
        type=CredentialType.objects.get(pk=row["type"]),
        number=row["number"],
        issuer=row["issuer"],
        valid_from=today - timedelta(days=400),
        valid_to=today + timedelta(days=1700),
        scope=tuple(ScopeRow(*line) for line in row["scope"]),
    )


def _paper(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PAPER, content_type="application/pdf")
