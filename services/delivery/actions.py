"""The institution's steps with a referral, and the enterprise's answers to them. Every step goes through
``cases.actions.move``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop

from experts.models import Credential
from portal.accounts.models import User
from portal.files.models import Attachment
from portal.refusals import Conflict, Unprocessable
from portal.sayings import saying
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.faults import IllegalMove
from services.cases.models import Audience, CaseEvent, Need, Referral, Result, Verb
from services.cases.states import ReferralState as R
from services.clocks.names import Waiting
from services.directory.qualification import admitted, relied_on, requirement
from services.directory.ranges import Stated
from services.directory.standards import Standard
from services.directory.stated import to_cover

NOT_OBJECTED = saying(gettext_noop("Confirmed automatically: no objection within the window."))
AUTO_CONFIRM = Actor.by_rule("delivery.confirm_silent/1", _l("no objection within the window"))


class NotQualified(Conflict):
    """The credential the offer relied on is not in force on the day it is needed."""

    def __init__(self, day: date) -> None:
        super().__init__(
            _("No valid credential for this item on %(day)s. Ask the centre to check your credentials first.")
            % {"day": day.isoformat()}
        )


class OutsideScope(Conflict):
    """The scope on record does not cover what the enterprise states, on the day it is needed."""

    title = _l("Outside the scope on record")

    def __init__(self, asked: Standard | Stated, day: date) -> None:
        super().__init__(
            _("On %(day)s the scope of your credentials does not cover %(asked)s. Ask the centre to check it first.")
            % {"day": day.isoformat(), "asked": asked}
        )


class NotAdmitted(Conflict):
    """Something has happened since the offer: the institution was suspended, or its service paused."""

    title = _l("This work cannot be taken on")
    detail = _l(
        "Your institution is not in good standing, or this service of yours is not approved now. "
        "Ask the centre, or decline."
    )


class BeforeTheOffer(Unprocessable):
    """A result of an earlier day is not one of this referral, and would pass on the credential of that day."""

    detail = _l("This day is before the referral was offered.")


@dataclass(frozen=True)
class NewResult:
    """One deliverable as the institution hands it in."""

    kind: str
    issued_on: date
    number: str = ""
    summary: str = ""
    attachment: Attachment | None = None


def _check(referral: Referral, need: Need, *, day: date) -> Credential | None:
    """The credential relied on for the need's item on that day; None where the item asks for none."""
    needed = requirement(need.item, need.answers)
    found = relied_on(referral.institution, needed, to_cover(need.answers), day=day)
    if found.outside:
        raise OutsideScope(found.outside, day)
    if not found.met:
        raise NotQualified(day)
    return found.credential


@as_one
def accept(referral: Referral, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Referral:
    """Take the referral on. The qualification is checked again; from here on the institution knows who asks.

    :raises NotAdmitted: the institution is not in good standing any more, or not approved for the item.
    :raises NotQualified: the credential is not in force.
    :raises OutsideScope: its scope does not cover what is stated.
    """
    if not admitted(referral.institution, referral.need.item):
        raise NotAdmitted
    credential = _check(referral, referral.need, day=timezone.localdate(now))
    return cases.move(
        referral,
        R.ACCEPTED,
        verb=Verb.ACCEPTED,
        by=Actor.of(by),
        now=now,
        audience=Audience.SHARED,
        note=note,
        version=version,
        accepted_at=now,
        credential=credential,
    )


def decline(
    referral: Referral, *, by: User, now: datetime, reason: str, note: str = "", version: int | None = None
) -> Referral:
    """Refuse the offer for one of the closed list of reasons; the need looks for the next institution."""
    return cases.move(
        referral,
        R.DECLINED,
        verb=Verb.DECLINED,
        by=Actor.of(by),
        now=now,
        audience=Audience.PROVIDER,
        note=note,
        version=version,
        decline_reason=reason,
        reason=note,
    )


def quote(
    referral: Referral, *, by: User, now: datetime, plan: str, price_cny: Decimal | None, version: int | None = None
) -> Referral:
    """Send plan and price to the enterprise; the delivery clock stands still until it answers."""
    return cases.move(
        referral,
        R.QUOTED,
        verb=Verb.QUOTED,
        by=Actor.of(by),
        now=now,
        audience=Audience.SHARED,
        note=plan,
        version=version,
        plan=plan,
        price_cny=price_cny,
    )


@as_one
def agree(referral: Referral, *, by: User, now: datetime, version: int | None = None) -> Referral:
    """The enterprise agrees to plan and price."""
    _only_from({R.QUOTED}, referral, R.IN_PROGRESS)
    return _step(referral, R.IN_PROGRESS, Verb.AGREED, by=by, now=now, version=version)


def ask_change(referral: Referral, *, by: User, now: datetime, note: str, version: int | None = None) -> Referral:
    """The enterprise wants another plan."""
    return _step(referral, R.ACCEPTED, Verb.CHANGE_ASKED, by=by, now=now, note=note, version=version)


@as_one
def progress(referral: Referral, *, by: User, now: datetime, note: str, waits_for: str = "") -> CaseEvent:
    """Say how the work stands. The first note after acceptance begins the work, unless it has to wait.

    :param waits_for: what the enterprise owes: the clocks stand still until a note no longer names it.
    """
    cases.lock(referral)
    referral = Referral.objects.select_related("case", "need__item", "institution", "handler").get(pk=referral.pk)
    if waits_for and waits_for != referral.waiting_for:
        cases.wait(referral, Waiting(waits_for), by=Actor.of(by), now=now, note=note)
        return referral.events.latest("id")
    if referral.waiting_for and not waits_for:
        cases.go_on(referral, by=Actor.of(by), now=now, note=note)
        return referral.events.latest("id")
    if referral.state == R.ACCEPTED and not waits_for:
        _step(referral, R.IN_PROGRESS, Verb.PROGRESSED, by=by, now=now, note=note)
        return referral.events.latest("id")
    if referral.state not in {R.ACCEPTED, R.IN_PROGRESS}:
        raise IllegalMove(referral, R.IN_PROGRESS)
    return cases.note(
        referral.case,
        note,
        by=Actor.of(by),
        now=now,
        audience=Audience.SHARED,
        referral=referral,
        verb=Verb.PROGRESSED,
    )


@as_one
def deliver(
    referral: Referral,
    results: Iterable[NewResult],
    *,
    by: User,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Referral:
    """Hand in the results and ask the enterprise to confirm. Each keeps the credential that is valid on its day.

    :raises NotQualified: the credential is not in force on the day of a result.
    :raises OutsideScope: its scope does not cover on that day what is stated.
    :raises BeforeTheOffer: a result is older than the offer.
    """
    handed_in = list(results)
    if not handed_in:
        raise ValueError("A delivery has at least one result.")
    need = referral.need
    if referral.state == R.ACCEPTED:
        _step(referral, R.IN_PROGRESS, Verb.PROGRESSED, by=by, now=now, version=version)
        version = None
    else:
        cases.lock(referral)
    Result.objects.filter(referral=referral).issued().update(state=Result.State.SUPERSEDED)
    for one in handed_in:
        _hand_in(referral, need, one, by=by, now=now)
    return _step(referral, R.DELIVERED, Verb.DELIVERED, by=by, now=now, note=note, version=version, delivered_at=now)


def _hand_in(referral: Referral, need: Need, one: NewResult, *, by: User, now: datetime) -> Result:
    if one.issued_on < timezone.localdate(referral.offered_at):
        raise BeforeTheOffer
    credential = _check(referral, need, day=one.issued_on)
    papers = cases.attach(
        referral.case,
        [one.attachment] if one.attachment else [],
        audience=Audience.SHARED,
        now=now,
        referral=referral,
    )
    return Result.objects.create(
        referral=referral,
        kind=one.kind,
        number=one.number,
        summary=one.summary,
        issued_on=one.issued_on,
        document=papers[0] if papers else None,
        credential=credential,
        created_by=by,
        created_at=now,
    )


def confirm(referral: Referral, *, by: User, now: datetime, note: str = "", version: int | None = None) -> Referral:
    """The enterprise confirms the result; from here on the follow-up is owed."""
    return _step(referral, R.CONFIRMED, Verb.CONFIRMED, by=by, now=now, note=note, version=version, confirmed_at=now)


def dispute(referral: Referral, *, by: User, now: datetime, note: str, version: int | None = None) -> Referral:
    """The enterprise objects to the result, with a reason."""
    return _step(referral, R.DISPUTED, Verb.DISPUTED, by=by, now=now, note=note, version=version)


@as_one
def rework(referral: Referral, *, by: User, now: datetime, note: str, version: int | None = None) -> Referral:
    """The institution takes the work up again: after an objection, or because it withdraws its result."""
    _only_from({R.DELIVERED, R.DISPUTED}, referral, R.IN_PROGRESS)
    Result.objects.filter(referral=referral).issued().update(state=Result.State.WITHDRAWN)
    return _step(referral, R.IN_PROGRESS, Verb.REWORKED, by=by, now=now, note=note, version=version)


def abandon(referral: Referral, *, by: User, now: datetime, note: str, version: int | None = None) -> Referral:
    """The institution gives the work up, with a reason; the need looks for another one."""
    return _step(referral, R.ABANDONED, Verb.ABANDONED, by=by, now=now, note=note, version=version, reason=note)


def cancel(referral: Referral, *, by: User, now: datetime, note: str, version: int | None = None) -> Referral:
    """The enterprise calls the work off, with a reason."""
    return _step(referral, R.CANCELLED, Verb.CANCELLED, by=by, now=now, note=note, version=version, reason=note)


def close_dispute(referral: Referral, *, by: User, now: datetime, note: str, version: int | None = None) -> Referral:
    """The team lead ends an objection that could not be settled; the need looks for another institution."""
    return _step(referral, R.UNRESOLVED, Verb.UNRESOLVED, by=by, now=now, note=note, version=version, reason=note)


def confirm_silent(*, now: datetime, limit: int = 500) -> int:
    """Confirm results whose window for objections is over, marked as automatic. Silence never counts as an answer."""
    over = Referral.objects.filter(state=R.DELIVERED, due_at__lt=now).order_by("due_at")[:limit]
    return cases.move_each(
        over,
        R.CONFIRMED,
        verb=Verb.CONFIRMED,
        by=AUTO_CONFIRM,
        now=now,
        audience=Audience.SHARED,
        note=NOT_OBJECTED,
        confirmed_at=now,
        confirmed_automatically=True,
    )


def _only_from(states: set[R], referral: Referral, to: R) -> None:
    """Several steps lead to ``to``, each of somebody else: this one begins only in ``states``."""
    cases.lock(referral)
    current = Referral.objects.get(pk=referral.pk)
    if current.state not in states:
        raise IllegalMove(current, to)


def _step(
    referral: Referral,
    to: R,
    verb: Verb,
    *,
    by: User,
    now: datetime,
    note: str = "",
    version: int | None = None,
    **columns: object,
) -> Referral:
    return cases.move(
        referral,
        to,
        verb=verb,
        by=Actor.of(by),
        now=now,
        audience=Audience.SHARED,
        note=note,
        version=version,
        **columns,
    )
