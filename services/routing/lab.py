"""The rule lab: a draft of the numbers, saved as often as one likes, and published from a day on."""

from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portal import refusals
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.refusals import Conflict, Unprocessable
from portal.transactions import as_one
from services.routing import rules
from services.routing.models import MatchRules

State = MatchRules.State

refusals.constraint("match_rules_one_draft", _("Somebody else has started a draft in the meantime."))


class DraftChanged(Conflict):
    title = _("The draft has changed")
    detail = _("Somebody changed or published it since you read it. Read what it would change, then publish.")


class DayOver(Unprocessable):
    title = _("This day is over")
    detail = _("Rules begin today or later.")


def draft() -> MatchRules | None:
    return MatchRules.objects.filter(state=State.DRAFT).first()


@as_one
def begin(*, by: User, now: datetime, today: date) -> MatchRules:
    """A draft with the numbers in force; the one there is, if there is one."""
    if row := draft():
        return row
    current = rules.in_force(today)
    last = MatchRules.objects.aggregate(last=Max("version"))["last"] or 0
    return MatchRules.objects.create(
        version=last + 1,
        weights={code: current.weight(code) for code in rules.WEIGHTS},
        near_tie=current.near_tie,
        rating_from=current.rating_from,
        stale_after=current.stale_after,
        made_by=by,
        made_at=now,
    )


@as_one
def save(row: MatchRules, *, by: User, now: datetime, **numbers: Any) -> MatchRules:
    """:raises DraftChanged: it was published in the meantime."""
    found = MatchRules.objects.filter(pk=row.pk, state=State.DRAFT)
    if not found.update(made_by=by, made_at=now, **numbers):
        raise DraftChanged
    return found.get()


@as_one
def publish(row: MatchRules, *, read: str, begins_on: date, note: str, by: User, now: datetime, today: date) -> None:
    """From that day on matches are made with it. The draft as it was ``read``, not a later one.

    :raises DayOver: rules never change what was.
    :raises DraftChanged: it is no longer what was read.
    """
    if begins_on < today:
        raise DayOver
    locked = MatchRules.objects.select_for_update().get(pk=row.pk)
    if locked.state != State.DRAFT or stamp(locked) != read:
        raise DraftChanged
    locked.state, locked.note, locked.begins_on = State.PUBLISHED, note, begins_on
    locked.published_by, locked.published_at = by, now
    locked.save()
    numbers = {"weights": locked.weights, "near_tie": locked.near_tie, "rating_from": locked.rating_from}
    audit.record(by, "rules.published", locked, {**numbers, "begins_on": begins_on.isoformat()})


@as_one
def discard(row: MatchRules, *, by: User) -> None:
    """:raises DraftChanged: it was published in the meantime."""
    done, _each = MatchRules.objects.filter(pk=row.pk, state=State.DRAFT).delete()
    if not done:
        raise DraftChanged


def stamp(row: MatchRules) -> str:
    """Says whether the draft is still the one that was read."""
    return row.made_at.isoformat()
