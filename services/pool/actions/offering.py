"""What an institution of the pool offers, as it says itself. Words, prices and days count at once; a new service, more
regions or a paused service taken up again wait for a curator, and what was approved goes on meanwhile.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal import refusals
from portal.accounts.models import User
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from portal.reference.models import Region
from portal.refusals import Conflict
from portal.transactions import as_one
from services.clocks.models import WorkCalendar
from services.directory.models import Absence, Capability, ProviderCalendar
from services.pool import telling
from services.pool.actions.applying import Offer
from services.pool.models import OfferRequest
from services.routing import places

State, Asked = Capability.State, OfferRequest.State

refusals.constraint("capability_once", _("This service is in your list already; change it there."))
refusals.constraint("offer_request_one_open", _("This change is waiting for a curator already."))


class Decided(Conflict):
    title = _("This request has been decided")
    detail = _("Somebody else decided it, or the institution took it back. Please look at the list again.")


@as_one
def put(
    institution: Institution, offer: Offer, *, by: User, now: datetime, row: Capability | None = None
) -> OfferRequest | None:
    """Offer a service, or say something else of one that is offered; the request, where a curator has to look."""
    row = Capability(institution=institution, item=offer.item) if row is None else _locked(row)
    known = row.state if row.pk else ""
    row.fee, row.price = offer.fee, offer.price
    row.promised_working_days, row.scope_note = offer.promised_working_days, offer.scope_note
    row.save()
    waited = _take_back(row, now=now)
    before = waited if known == State.PROPOSED else known
    served = set(row.regions.values_list("pk", flat=True))
    wanted = {region.pk for region in offer.regions}
    if before == State.APPROVED and _within(wanted, served):
        row.regions.set(offer.regions)
        return None
    return _ask(row, before, offer.regions, by=by, now=now)


def _within(wanted: Collection[str], served: Collection[str]) -> bool:
    """Whether these regions lie in those; none means everywhere."""
    return not served or (bool(wanted) and all(places.any_covers(served, code) for code in wanted))


def _ask(row: Capability, before: str, regions: Iterable[Region], *, by: User, now: datetime) -> OfferRequest:
    if before != State.APPROVED:
        row.state = State.PROPOSED
        row.save(update_fields=["state"])
        row.regions.set(regions)
    request = OfferRequest.objects.create(capability=row, before=before, by=by, at=now)
    request.regions.set(regions)
    recipients = [Recipient(user=user, language=user.language) for user in telling.curators()]
    notices.tell(
        recipients,
        "offer_asked",
        key=f"offer-{request.pk}-asked",
        facts=_facts(row),
        path=reverse("pool:offer_requests"),
        now=now,
    )
    return request


@as_one
def decide(request: OfferRequest, *, approve: bool, reason: str, by: User, now: datetime) -> None:
    """
    :raises Decided: somebody else has decided, or it was taken back.
    """
    row = _locked(request.capability)
    state = Asked.APPROVED if approve else Asked.REFUSED
    if not _close(OfferRequest.objects.filter(pk=request.pk), state, decided_by=by, reason=reason, now=now):
        raise Decided
    if approve:
        row.state = State.APPROVED
        row.regions.set(request.regions.all())
    elif row.state == State.PROPOSED:
        row.state = request.before or State.RETIRED
    row.save(update_fields=["state"])
    notices.tell(
        telling.people_of([row.institution_id]).get(row.institution_id, []),
        "offer_decided",
        key=f"offer-{request.pk}-decided",
        facts={**_facts(row), "outcome": state.value, "reason": reason},
        path=reverse("pool:mine"),
        now=now,
    )


@as_one
def pause(row: Capability, *, now: datetime) -> None:
    """Offered no longer, at once; what was asked for is taken back with it."""
    row = _locked(row)
    waited = _take_back(row, now=now)
    row.state = State.PAUSED if State.APPROVED in {row.state, waited} else waited or State.RETIRED
    row.save(update_fields=["state"])


def set_calendar(institution: Institution, calendar: WorkCalendar | None) -> None:
    """By which calendar its times are counted from the next promise on; None is the usual one."""
    if calendar is None:
        for row in ProviderCalendar.objects.filter(institution=institution):
            row.delete()
        return
    ProviderCalendar.objects.update_or_create(institution=institution, defaults={"calendar": calendar})


def be_away(institution: Institution, *, first: date, last: date, reason: str) -> Absence:
    """No work is offered to it on these days, both included."""
    return Absence.objects.create(institution=institution, begins_on=first, ends_on=last, reason=reason)


def _take_back(row: Capability, *, now: datetime) -> str:
    """Close what waits, if anything does; the state of the service before it was asked for."""
    waiting = OfferRequest.objects.open().filter(capability=row)
    before = waiting.values_list("before", flat=True).first() or ""
    _close(waiting, Asked.TAKEN_BACK, now=now)
    return before


def _close(rows: QuerySet[OfferRequest], state: str, *, now: datetime, **said: object) -> int:
    return rows.filter(state=Asked.OPEN).update(state=state, decided_at=now, **said)


def _locked(row: Capability) -> Capability:
    return (
        Capability.objects.select_for_update(no_key=True, of=("self",))
        .select_related("item", "institution")
        .get(pk=row.pk)
    )


def _facts(row: Capability) -> dict[str, str]:
    item, institution = row.item, row.institution
    return {
        "item_zh": item.name_zh,
        "item_en": item.name_en,
        "name_zh": institution.name_zh,
        "name_en": institution.name_en or institution.name_zh,
    }
