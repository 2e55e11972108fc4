"""The one door through which an institution's standing changes; every step names who took it, with whom, and why."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from experts.models import GRAVE, Institution, StandingChange
from portal.accounts.models import User
from portal.refusals import Conflict, Unprocessable
from portal.transactions import as_one

S = Institution.Standing

STEPS: dict[str, frozenset[str]] = {
    S.APPLIED: frozenset({S.REVIEWING}),
    S.REVIEWING: frozenset({S.ACTIVE, S.REFUSED}),
    S.ACTIVE: frozenset({S.PROBATION}),
    S.PROBATION: frozenset({S.ACTIVE, S.SUSPENDED}),
    S.SUSPENDED: frozenset({S.PROBATION, S.REMOVED}),
    S.REMOVED: frozenset({S.APPLIED}),
    S.REFUSED: frozenset(),
    S.MERGED: frozenset(),
}
MERGING = "merge"
WORSE = frozenset({S.PROBATION, S.SUSPENDED, S.REMOVED})
"""Steps down, where an institution may appeal; coming up from a suspension to probation is none."""


class StaleStanding(Conflict):
    title = _("The standing is another by now")
    detail = _("Somebody changed it meanwhile. Please look at the institution as it is now.")


class SecondPersonNeeded(Unprocessable):
    title = _("A second person is needed")
    detail = _("A suspension or removal is decided by one person and signed by another one.")


@as_one
def move(
    institution: Institution,
    to: str,
    *,
    by: User | None,
    now: datetime,
    reason: str,
    second: User | None = None,
    rule: str = "",
) -> StandingChange:
    """Lock, look in the table, compare and set, write the line.

    :raises StaleStanding: it is not, or no longer, where this step begins.
    :raises SecondPersonNeeded: nobody else has signed what two have to decide.
    """
    if to not in STEPS[institution.standing]:
        raise StaleStanding(extra={"standing": institution.standing})
    if (to in GRAVE and second is None) or (second and second == by):
        raise SecondPersonNeeded
    return _set(institution, to, by=by, second=second, reason=reason, rule=rule, at=now)


@as_one
def undo(change: StandingChange, *, by: User, now: datetime, reason: str) -> StandingChange:
    """Back to where the step began, because an appeal was upheld: the one way out of the table.

    :raises StaleStanding: other steps have followed.
    """
    institution = Institution.objects.get(pk=change.institution_id)
    last = StandingChange.objects.filter(institution=institution).latest("pk")
    if last != change:
        raise StaleStanding(extra={"standing": institution.standing})
    return _set(institution, change.from_standing, by=by, reason=reason, rule="appeal", undoes=change, at=now)


def admit(institution: Institution, *, by: User | None, now: datetime, reason: str, rule: str) -> Institution:
    """An institution that has applied is in the pool: reviewed and active."""
    move(institution, S.REVIEWING, by=by, now=now, reason=reason, rule=rule)
    move(institution, S.ACTIVE, by=by, now=now, reason=reason, rule=rule)
    return institution


@as_one
def admit_all(made: Sequence[Institution], *, by: User, now: datetime, reason: str, rule: str) -> None:
    """The same for many that have just applied, in few statements."""
    way = ((S.APPLIED, S.REVIEWING), (S.REVIEWING, S.ACTIVE))
    StandingChange.objects.bulk_create(
        StandingChange(institution=one, from_standing=origin, to_standing=to, by=by, at=now, reason=reason, rule=rule)
        for origin, to in way
        for one in made
    )
    applied = Institution.objects.filter(pk__in=[one.pk for one in made], standing=S.APPLIED)
    if applied.update(standing=S.ACTIVE, standing_reason=reason[:300]) != len(made):
        raise StaleStanding


@as_one
def merge(institution: Institution, *, into: Institution, by: User, now: datetime) -> StandingChange:
    """It turned out to be another one of the pool; whatever its standing, it takes no part any more."""
    change = _set(institution, S.MERGED, by=by, reason=f"→ {into.name_zh}", rule=MERGING, at=now)
    institution.merged_into = into
    institution.save(update_fields=["merged_into"])
    return change


@as_one
def part(institution: Institution, *, by: User, now: datetime, reason: str) -> StandingChange:
    """They are two after all: back to what it was before it was merged."""
    institution.merged_into = None
    institution.save(update_fields=["merged_into"])
    change = StandingChange.objects.filter(institution=institution, to_standing=S.MERGED).latest("pk")
    return _set(institution, change.from_standing, by=by, reason=reason, rule=MERGING, undoes=change, at=now)


def is_step_down(origin: str, to: str) -> bool:
    return to in WORSE and (origin, to) != (S.SUSPENDED, S.PROBATION)


def _set(institution: Institution, to: str, **said: object) -> StandingChange:
    rows = Institution.objects.select_for_update(no_key=True).filter(pk=institution.pk)
    if rows.values_list("standing", flat=True).get() != institution.standing:
        raise StaleStanding
    change = StandingChange.objects.create(
        institution=institution, from_standing=institution.standing, to_standing=to, **said
    )
    institution.standing, institution.standing_reason = to, change.reason[:300]
    institution.save(update_fields=["standing", "standing_reason"])
    return change
