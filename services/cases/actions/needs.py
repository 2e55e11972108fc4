"""The needs a case is split into, and what the desk decides about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from portal.transactions import as_one
from services.cases import derivation, promises
from services.cases.actions.door import as_it_is, follow, lock, write
from services.cases.actors import Actor
from services.cases.faults import IllegalMove
from services.cases.models import Audience, Case, Need, Urgency, Verb
from services.cases.states import NEED_REOPENABLE, NEED_STEPS, NEED_TERMINAL, CaseState, NeedState
from services.catalogue.models import ServiceItem


@dataclass(frozen=True)
class NewNeed:
    """One piece that triage splits a case into. ``after`` is the position of the piece it waits for."""

    item: ServiceItem
    description: str = ""
    urgency: str = Urgency.NORMAL
    answers: dict[str, Any] = field(default_factory=dict)
    after: int | None = None
    promised_on: date | None = None


@as_one
def add_needs(case: Case, needs: Iterable[NewNeed], *, by: Actor, now: datetime, note: str = "") -> list[Need]:
    """Split further pieces off a triaged case. Positions go on counting; a settled case opens again."""
    case = lock(case)
    if case.state not in derivation.REOPENABLE:
        raise IllegalMove(case, CaseState.IN_SERVICE)
    made = make_needs(case, needs, now=now)
    for need in made:
        write(case, Verb.SPLIT, by=by, audience=Audience.ENTERPRISE, now=now, need=need, note=note)
    follow(case, by=by, now=now)
    return made


@as_one
def decide(need: Need, to: NeedState, *, by: Actor, now: datetime, reason: str) -> Need:
    """The desk ends a need without a provider, refers it out, or the enterprise withdraws it; always with a reason."""
    case = lock(need)
    need = as_it_is(need)
    if to not in NEED_STEPS[NeedState(need.state)]:
        raise IllegalMove(need, to)
    before = need.state
    need.state, need.reason, need.settled_at, need.version = to, reason, now, need.version + 1
    promises.found(need, now=now)
    need.save(update_fields=["state", "reason", "settled_at", "version", "due_at"])
    verb = Verb.WITHDRAWN if to == NeedState.WITHDRAWN else Verb.DECIDED
    write(
        case, verb, by=by, audience=Audience.ENTERPRISE, now=now, need=need, note=reason, from_state=before, to_state=to
    )
    follow(case, by=by, now=now)
    return need


@as_one
def describe(
    need: Need, *, description: str, answers: Mapping[str, Any], urgency: str, by: Actor, now: datetime, note: str
) -> Need:
    """Say more closely what is needed, before an institution is asked; the more urgent, the sooner one has to be."""
    case = lock(need)
    need = as_it_is(need)
    if not NEED_STEPS[NeedState(need.state)]:
        raise IllegalMove(need, need.state)
    need.description, need.answers, need.version = description, dict(answers), need.version + 1
    if need.urgency != urgency and need.state == NeedState.SEEKING:
        promises.rush(need, urgency, now=now)
    need.urgency = urgency
    need.save(update_fields=["description", "answers", "urgency", "version", "due_at"])
    write(case, Verb.NOTED, need=need, by=by, audience=Audience.INTERNAL, now=now, note=note)
    follow(case, by=by, now=now)
    return need


@as_one
def reopen(need: Need, *, by: Actor, now: datetime, reason: str) -> Need:
    """Take a settled need up again as a new one that names it; nothing about the old one changes (R36). The case goes
    back into service.

    :raises IllegalMove: it is not settled, was taken up again before, or its case is over for good.
    """
    case = lock(need)
    old = as_it_is(need)
    if not may_reopen(old, case) or Need.objects.filter(reopens=old).exists():
        raise IllegalMove(old, NeedState.SEEKING)
    positions = Need.objects.filter(case=case).aggregate(last=Max("position"))
    new = Need.objects.create(
        case=case,
        position=positions["last"] + 1,
        board_id=old.board_id,
        item=old.item,
        item_version=old.item.version,
        description=old.description,
        answers=old.answers,
        urgency=old.urgency,
        reopens=old,
        state=NeedState.SEEKING,
        promised_on=promises.day_for(old.item.promised_working_days, case, now=now),
        created_at=now,
    )
    promises.seek(case, [new], now=now)
    write(case, Verb.REOPENED, by=by, audience=Audience.ENTERPRISE, now=now, need=new, note=reason, to_state=new.state)
    follow(case, by=by, now=now)
    return new


def may_reopen(need: Need, case: Case) -> bool:
    """Whether the table lets this need be taken up again, as far as its own state and its case's say."""
    return need.state in NEED_REOPENABLE and case.state in derivation.REOPENABLE


def make_needs(case: Case, needs: Iterable[NewNeed], *, now: datetime) -> list[Need]:
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
    new = [need for position, need in made.items() if position >= first]
    promises.seek(case, [need for need in new if need.state == NeedState.SEEKING], now=now)
    return new
