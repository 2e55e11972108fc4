"""The only door through which a rectification changes: lock the case, check the table, compare and set, turn the clock,
write the line.
"""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from portal.kept import kept
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.faults import StaleState
from services.cases.models import Audience, Verb
from services.rectification import promises
from services.rectification.faults import NotNow
from services.rectification.models import Rectification, Round
from services.rectification.states import RECTIFICATION_STEPS
from services.rectification.states import RectificationState as S


@as_one
def move(
    row: Rectification,
    to: S,
    *,
    verb: Verb,
    by: Actor,
    now: datetime,
    audience: Audience,
    note: str = "",
    version: int | None = None,
    **columns: Any,
) -> Rectification:
    """Take one step of the table.

    :raises NotNow: the table has no such step, or an appeal found it elsewhere.
    :raises StaleState: state or version are no longer what they were.
    """
    current = locked(row, version=version)
    elsewhere = current.state == S.APPEALED and to not in {S.UPHELD, current.stood}
    if elsewhere or to not in RECTIFICATION_STEPS[S(current.state)]:
        raise NotNow(current)
    columns = {"due_at": promises.entering(current, to, now=now), "stood": "", **columns}
    same = Rectification.objects.filter(pk=current.pk, state=current.state, version=current.version)
    if same.update(state=to, version=F("version") + 1, **columns) != 1:
        raise StaleState(current.case)
    cases.note(current.case, note, by=by, now=now, audience=audience, referral=current.referral, verb=verb)
    return whole(current.pk)


def whole(pk: int) -> Rectification:
    """The one with all that a door looks at."""
    [row] = _whole(pk=pk)
    return row


@kept
def _whole(*, pk: int) -> QuerySet[Rectification]:
    return Rectification.objects.whole().filter(pk=pk)


def last_round(row: Rectification) -> Round:
    """The one under way."""
    return row.rounds.order_by("-number")[:1].get()


def locked(row: Rectification, *states: S, version: int | None = None) -> Rectification:
    """The row as it is now, its case locked before it, as everywhere; in one of the states, if any are named."""
    cases.lock(row.referral)
    current = whole(row.pk)
    if version is not None and version != current.version:
        raise StaleState(current.case)
    if states and current.state not in states:
        raise NotNow(current)
    return current
