"""Offers to the operator of the platform: one person asks, another one signs (R6)."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.accounts.models import User
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from portal.refusals import Conflict, Forbidden
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.models import Need
from services.routing.models import SecondSignature
from services.stations.people import leads

State = SecondSignature.State


class SecondSignatureNeeded(Conflict):
    title = _("A second signature is needed")
    detail = _("This institution runs the platform. A lead has to sign before it is asked.")


class AskedAlready(Conflict):
    title = _("A second signature is needed")
    detail = _("It was asked for already.")


class NotYours(Forbidden):
    title = _("A second person has to sign")
    detail = _("A lead who did not ask for the signature decides.")


def check(need: Need, institution: int) -> None:
    """:raises SecondSignatureNeeded: nobody but whoever asks has agreed."""
    if not SecondSignature.objects.filter(need=need, institution=institution, state=State.SIGNED).exists():
        raise SecondSignatureNeeded


@as_one
def ask(need: Need, institution: Institution, *, by: User, now: datetime, reason: str) -> SecondSignature:
    """Ask the leads of the station to sign.

    :raises AskedAlready: the question waits for its answer, or was answered with yes.
    """
    case = cases.lock(need)
    if SecondSignature.objects.filter(need=need, institution=institution).exclude(state=State.REFUSED).exists():
        raise AskedAlready
    row = SecondSignature.objects.create(need=need, institution=institution, reason=reason, asked_by=by, asked_at=now)
    _tell(row, [Recipient(user=user) for user in leads(case.station, but=by)], "second_signature_asked", now=now)
    return row


@as_one
def decide(row: SecondSignature, *, sign: bool, by: User, now: datetime, note: str = "") -> SecondSignature:
    """Sign, or refuse with a note.

    :raises NotYours: no lead, or the one who asked.
    :raises AskedAlready: it was decided in the meantime.
    """
    cases.lock(row.need)
    row = SecondSignature.objects.select_related("asked_by", "institution", "need__item", "need__case").get(pk=row.pk)
    if not by.has_perm("triage.lead") or row.asked_by_id == by.pk:
        raise NotYours
    if row.state != State.ASKED:
        raise AskedAlready
    row.state = State.SIGNED if sign else State.REFUSED
    row.decided_by, row.decided_at, row.note = by, now, note
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])
    _tell(row, [Recipient(user=row.asked_by)], "second_signature_decided", now=now)
    return row


def _tell(row: SecondSignature, people: list[Recipient], event: str, *, now: datetime) -> None:
    item, institution = row.need.item, row.institution
    facts = {
        "number": row.need.case.number,
        "item_zh": item.name_zh,
        "item_en": item.name_en,
        "institution_zh": institution.name_zh,
        "institution_en": institution.name_en or institution.name_zh,
        "signed": "yes" if row.state == State.SIGNED else "",
    }
    path = reverse("routing:need", args=[row.need_id])
    notices.tell(people, event, key=f"{event}-{row.pk}", facts=facts, path=path, now=now)
