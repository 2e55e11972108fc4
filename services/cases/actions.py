"""The only doors through which a case, its needs and its referrals change.

Every door takes the case's lock first, checks the table of steps, compares and sets state and version in one
statement, and leaves
the line of the timeline and the notices owed in the same transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from enterprises.models import Enterprise
from experts.models import Institution
from portal import search
from portal.accounts.models import User
from portal.files.models import Attachment
from services.cases import derivation, promises, telling
from services.cases.actors import Actor
from services.cases.faults import IllegalMove, StaleState
from services.cases.models import (
    Audience,
    Case,
    CaseDocument,
    CaseEvent,
    Channel,
    InformationRequest,
    Need,
    Referral,
    Urgency,
    Verb,
)
from services.cases.numbers import next_number
from services.cases.states import CASE_STEPS, NEED_STEPS, NEED_TERMINAL, REFERRAL_STEPS, CaseState, NeedState
from services.catalogue.models import ServiceItem
from services.stations.models import Station

Row = TypeVar("Row", Case, Referral)


@dataclass(frozen=True)
class Contact:
    """How the person who asked can be reached: phone in E.164, or an e-mail address, or both."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class NewNeed:
    """One piece that triage splits a case into. ``after`` is the position of the piece it waits for."""

    item: ServiceItem
    description: str = ""
    urgency: str = Urgency.NORMAL
    answers: dict[str, Any] = field(default_factory=dict)
    after: int | None = None
    promised_on: date | None = None


@transaction.atomic
def open(
    *,
    text: str,
    contact: Contact,
    channel: Channel,
    station: Station,
    now: datetime,
    submitter: User | None,
    enterprise: Enterprise | None = None,
    recorder: User | None = None,
    product: str = "",
    wanted_on: date | None = None,
    ordered_item: str = "",
    attachments: Iterable[Attachment] = (),
) -> Case:
    """Record a need under a number, start the triage clock and owe the acknowledgement.

    :raises ValueError: neither a submitter nor a recorder was given.
    """
    writer = recorder or submitter
    if writer is None:
        raise ValueError("A case has a submitter or a recorder.")
    number = next_number(now)
    case = Case.objects.create(
        number=number,
        station=station,
        enterprise=enterprise,
        submitter=submitter,
        recorder=recorder,
        channel=channel,
        contact_name=contact.name,
        contact_phone=contact.phone,
        contact_email=contact.email,
        text=text,
        product=product,
        wanted_on=wanted_on,
        ordered_item=ordered_item,
        submitted_at=now,
        search=search.vector((number, "A"), (text, "B"), (product, "C"), (enterprise.name if enterprise else "", "C")),
    )
    _promise_triage(case, now=now)
    attach(case, attachments, audience=Audience.SHARED, now=now)
    verb = Verb.RECORDED if recorder else Verb.SUBMITTED
    _write(case, verb, by=Actor.of(writer), audience=Audience.ENTERPRISE, to_state=CaseState.SUBMITTED, now=now)
    return case


def _promise_triage(case: Case, *, now: datetime) -> None:
    columns = promises.of_case(case, CaseState.SUBMITTED, now=now)
    Case.objects.filter(pk=case.pk).update(**columns)
    for name, value in columns.items():
        setattr(case, name, value)


@transaction.atomic
def move(
    row: Row,
    to: str,
    *,
    verb: Verb,
    by: Actor,
    now: datetime,
    audience: Audience,
    note: str = "",
    version: int | None = None,
    **columns: object,
) -> Row:
    """Take one step of the table with a case or a referral; needs and case then follow by derivation.

    :param version: the version the person was looking at; None accepts the current one.
    :param columns: further columns set in the same statement.
    :raises IllegalMove: the table has no such step.
    :raises StaleState: state or version are no longer what they were.
    """
    case = lock(row)
    current = _current(row, case)
    if version is not None and version != current.version:
        raise StaleState(case)
    steps: dict[Any, frozenset[Any]] = CASE_STEPS if isinstance(current, Case) else REFERRAL_STEPS
    if to not in steps[current.state]:
        raise IllegalMove(current, to)
    before = current.state
    if isinstance(current, Case):
        promised = promises.of_case(current, to, now=now)
    else:
        promised = promises.of_referral(current, to, now=now)
    _compare_and_set(case, current, to, {**promised, **columns})
    referral = current if isinstance(current, Referral) else None
    _write(
        case,
        verb,
        by=by,
        audience=audience,
        now=now,
        note=note,
        need=referral.need if referral else None,
        referral=referral,
        from_state=before,
        to_state=to,
    )
    _follow(case, by=by, now=now)
    row.refresh_from_db()
    return row


@transaction.atomic
def add_needs(case: Case, needs: Iterable[NewNeed], *, by: Actor, now: datetime, note: str = "") -> list[Need]:
    """Split further pieces off a triaged case. Positions go on counting; a settled case opens again."""
    case = lock(case)
    if case.state not in derivation.REOPENABLE:
        raise IllegalMove(case, CaseState.IN_SERVICE)
    made = _make_needs(case, needs, now=now)
    for need in made:
        _write(case, Verb.SPLIT, by=by, audience=Audience.ENTERPRISE, now=now, need=need, note=note)
    _follow(case, by=by, now=now)
    return made


@transaction.atomic
def triage(
    case: Case, needs: Iterable[NewNeed], *, by: Actor, now: datetime, urgency: str, version: int | None, note: str = ""
) -> list[Need]:
    """Confirm the triage: the case goes into service with the needs it was split into."""
    pieces = list(needs)
    if not pieces:
        raise ValueError("A triaged case has at least one need.")
    case = lock(case)
    made = _make_needs(case, pieces, now=now)
    owner = case.owner or by.person
    move(
        case,
        CaseState.IN_SERVICE,
        verb=Verb.TRIAGED,
        by=by,
        now=now,
        audience=Audience.ENTERPRISE,
        note=note,
        version=version,
        owner=owner,
        urgency=urgency,
    )
    return made


@transaction.atomic
def decide(need: Need, to: NeedState, *, by: Actor, now: datetime, reason: str) -> Need:
    """The desk ends a need without a provider, refers it out, or the enterprise withdraws it; always with a reason."""
    case = lock(need)
    need = Need.objects.select_related("item").get(pk=need.pk)
    if to not in NEED_STEPS[NeedState(need.state)]:
        raise IllegalMove(need, to)
    before = need.state
    need.state, need.reason, need.settled_at, need.version = to, reason, now, need.version + 1
    need.save(update_fields=["state", "reason", "settled_at", "version"])
    verb = Verb.WITHDRAWN if to == NeedState.WITHDRAWN else Verb.DECIDED
    _write(
        case, verb, by=by, audience=Audience.ENTERPRISE, now=now, need=need, note=reason, from_state=before, to_state=to
    )
    _follow(case, by=by, now=now)
    return need


@transaction.atomic
def offer(
    need: Need, institution: Institution, *, by: User, now: datetime, note: str = "", **columns: object
) -> Referral:
    """Offer a seeking need to one institution and start its time to answer."""
    case = lock(need)
    need = Need.objects.select_related("item").get(pk=need.pk)
    if need.state != NeedState.SEEKING:
        raise IllegalMove(need, NeedState.OFFERED)
    referral = Referral.objects.create(
        case=case, need=need, institution=institution, handler=by, offered_at=now, **columns
    )
    referral.due_at = promises.of_referral(referral, referral.state, now=now)["due_at"]  # type: ignore[assignment]
    referral.save(update_fields=["due_at"])
    _write(
        case,
        Verb.OFFERED,
        by=Actor.of(by),
        audience=Audience.SHARED,
        now=now,
        note=note,
        need=need,
        referral=referral,
        to_state=referral.state,
    )
    _follow(case, by=Actor.of(by), now=now)
    return referral


@transaction.atomic
def take(case: Case, *, by: User, now: datetime) -> Case:
    """Become the one contact person of the case. Taking what one holds already changes nothing."""
    case = lock(case)
    if case.owner_id == by.pk:
        return case
    if case.owner_id is not None and not by.has_perm("triage.lead"):
        raise StaleState(case)
    Case.objects.filter(pk=case.pk).update(owner=by, version=F("version") + 1)
    _write(case, Verb.TAKEN, by=Actor.of(by), audience=Audience.ENTERPRISE, now=now)
    case.refresh_from_db()
    return case


@transaction.atomic
def ask(case: Case, questions: str, *, by: User, now: datetime, version: int | None = None) -> Case:
    """Return a case to the enterprise with exact questions; the centre's clock stands still until they are answered."""
    move(
        case,
        CaseState.RETURNED,
        verb=Verb.ASKED,
        by=Actor.of(by),
        now=now,
        audience=Audience.ENTERPRISE,
        note=questions,
        version=version,
    )
    InformationRequest.objects.create(case=case, questions=questions, asked_by=by, asked_at=now)
    return case


@transaction.atomic
def answer(case: Case, text: str, *, by: User, now: datetime, attachments: Iterable[Attachment] = ()) -> Case:
    """Answer the open questions; the case goes back to the desk."""
    lock(case)
    attach(case, attachments, audience=Audience.SHARED, now=now)
    InformationRequest.objects.filter(case=case).open().update(answer=text, answered_by=by, answered_at=now)
    return move(
        case,
        CaseState.SUBMITTED,
        verb=Verb.ANSWERED,
        by=Actor.of(by),
        now=now,
        audience=Audience.ENTERPRISE,
        note=text,
    )


def note(
    case: Case,
    text: str,
    *,
    by: Actor,
    now: datetime,
    audience: Audience,
    referral: Referral | None = None,
    verb: Verb = Verb.NOTED,
) -> CaseEvent:
    """Add a line to the timeline without changing any state."""
    need = referral.need if referral else None
    return _write(case, verb, by=by, audience=audience, now=now, note=text, need=need, referral=referral)


def attach(
    case: Case,
    attachments: Iterable[Attachment],
    *,
    audience: Audience,
    now: datetime,
    referral: Referral | None = None,
) -> list[CaseDocument]:
    """Put stored files into the case."""
    papers = [
        CaseDocument(case=case, referral=referral, attachment=one, audience=audience, added_at=now)
        for one in attachments
    ]
    return CaseDocument.objects.bulk_create(papers) if papers else []


def lock(row: Case | Need | Referral) -> Case:
    """The case of the row, locked: parent before child, everywhere, so that nobody derives from a stale picture."""
    pk = row.pk if isinstance(row, Case) else row.case_id
    rows = Case.objects.select_related("owner", "submitter", "enterprise")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _current(row: Row, case: Case) -> Row:
    """The row as it is now that the lock is held."""
    if isinstance(row, Case):
        return case
    return Referral.objects.select_related("need__item", "institution", "handler").get(pk=row.pk)


def _compare_and_set(case: Case, current: Case | Referral, to: str, columns: dict[str, object]) -> None:
    rows = type(current)._default_manager.filter(pk=current.pk, state=current.state, version=current.version)
    if rows.update(state=to, version=F("version") + 1, **columns) != 1:
        raise StaleState(case)
    current.state, current.version = to, current.version + 1
    for name, value in columns.items():
        setattr(current, name, value)


def _make_needs(case: Case, needs: Iterable[NewNeed], *, now: datetime) -> list[Need]:
    """The rows of the pieces, each after the one it waits for."""
    made = {need.position: need for need in case.needs.all()}
    first = max(made, default=0) + 1
    for position, piece in enumerate(needs, start=first):
        before = made.get(piece.after) if piece.after else None
        waits = before is not None and before.state not in NEED_TERMINAL
        made[position] = Need.objects.create(
            case=case,
            position=position,
            board_id=piece.item.board_id,
            item=piece.item,
            item_version=piece.item.version,
            description=piece.description,
            answers=piece.answers,
            urgency=piece.urgency,
            after=before,
            state=NeedState.WAITING if waits else NeedState.SEEKING,
            promised_on=piece.promised_on,
            created_at=now,
        )
    return [need for position, need in made.items() if position >= first]


def _follow(case: Case, *, by: Actor, now: datetime) -> None:
    """Derive what follows and say so when that closed the case."""
    case.refresh_from_db(fields=["state", "due_at", "due_clock", "closed_at"])
    if derivation.derive(case, now=now):
        _write(case, Verb.CLOSED, by=by, audience=Audience.ENTERPRISE, now=now, to_state=CaseState.CLOSED)


def _write(case: Case, verb: Verb, *, by: Actor, audience: Audience, now: datetime, **rest: Any) -> CaseEvent:
    event = CaseEvent.objects.create(
        case=case, verb=verb, audience=audience, person=by.person, rule=by.rule, at=now, **rest
    )
    telling.tell(event, now=now)
    return event
