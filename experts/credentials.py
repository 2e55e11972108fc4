"""The one door through which a credential changes its state; every step names who took it and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from experts.models import Credential, CredentialScope, CredentialSuspension, CredentialType, Institution
from portal import refusals
from portal.accounts.models import User
from portal.files.models import Attachment
from portal.refusals import Conflict, Unprocessable
from portal.transactions import as_one

State = Credential.State

STEPS: dict[str, frozenset[str]] = {
    State.CLAIMED: frozenset({State.CHECKED, State.WITHDRAWN}),
    State.CHECKED: frozenset({State.VALID, State.WITHDRAWN}),
    State.VALID: frozenset({State.SUSPENDED, State.WITHDRAWN}),
    State.SUSPENDED: frozenset({State.VALID, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}

refusals.constraint("credential_once", _("This credential is on record already: same kind, number and first day."))
refusals.constraint("suspension_no_overlap", _("These days overlap another suspension of the same credential."))


class StepNotPossible(Conflict):
    title = _("This credential is in another state")
    detail = _("Somebody changed it meanwhile. Please look at it as it is now.")


class DayNotPossible(Unprocessable):
    detail = _("A suspension begins today or earlier and ends no earlier than it began.")


@dataclass(frozen=True)
class ScopeRow:
    """One line of a scope annex."""

    object: str
    parameter: str = ""
    method: str = ""
    range: str = ""


@dataclass(frozen=True)
class Claim:
    """What an institution says it holds."""

    type: CredentialType
    number: str
    issuer: str
    valid_from: date
    valid_to: date | None
    scope: tuple[ScopeRow, ...] = ()
    attachment: Attachment | None = None


@as_one
def claim(institution: Institution, said: Claim, *, renews: Credential | None = None) -> Credential:
    """Record what is claimed; it counts for nothing until somebody has checked it."""
    credential = Credential.objects.create(
        institution=institution,
        type=said.type,
        number=said.number,
        issuer=said.issuer,
        valid_from=said.valid_from,
        valid_to=said.valid_to,
        attachment=said.attachment,
        renews=renews,
    )
    _add_scope(credential, said.scope)
    return credential


def check(credential: Credential, *, by: User, now: datetime) -> Credential:
    """The document was read and says what was claimed; the public register comes next."""
    return _move(credential, State.CHECKED, checked_by=by, checked_at=now)


def validate(credential: Credential, *, by: User, now: datetime) -> Credential:
    """The register says the same: from now on it counts."""
    return _move(credential, State.VALID, checked_by=by, checked_at=now, state_reason="")


@as_one
def suspend(credential: Credential, *, since: date, reason: str, by: User, now: datetime) -> CredentialSuspension:
    """It does not count from that day until somebody restores it.

    :raises DayNotPossible: the day lies ahead; what is to come is recorded when it has come.
    """
    if since > localdate(now):
        raise DayNotPossible
    _move(credential, State.SUSPENDED, state_reason=reason)
    return CredentialSuspension.objects.create(credential=credential, begins_on=since, reason=reason, by=by, at=now)


@as_one
def restore(credential: Credential, *, on: date, reason: str, by: User, now: datetime) -> Credential:
    """It counts again from that day; the days before stay suspended.

    :raises DayNotPossible: it lies ahead, or is not after the day the suspension began.
    """
    _move(credential, State.VALID, state_reason="", checked_by=by, checked_at=now)
    for row in CredentialSuspension.objects.filter(credential=credential, ends_on=None):
        last = on - timedelta(days=1)
        if on > localdate(now) or last < row.begins_on:
            raise DayNotPossible
        row.ends_on, row.lifted_by, row.lifted_reason = last, by, reason
        row.save(update_fields=["ends_on", "lifted_by", "lifted_reason"])
    return credential


@as_one
def withdraw(credential: Credential, *, on: date, reason: str, by: User, now: datetime) -> Credential:
    """For good, from that day; it still answers for the days before, if it ever counted."""
    counted = credential.state in {State.VALID, State.SUSPENDED}
    columns = {"withdrawn_on": on if counted else None, "state_reason": reason, "checked_by": by, "checked_at": now}
    return _move(credential, State.WITHDRAWN, **columns)


@dataclass(frozen=True)
class Rescoping:
    """What a new reading of an annex changes: lines that come, lines that go, and how many stay."""

    new: list[ScopeRow]
    gone: list[CredentialScope]
    kept: int


def compare(credential: Credential, rows: Iterable[ScopeRow], *, on: date) -> Rescoping:
    """The annex of that day beside what it shall read."""
    wanted = dict.fromkeys(rows)
    held = {_row(each): each for each in credential.scope.in_force(on).order_by("pk")}
    gone = [each for row, each in held.items() if row not in wanted]
    return Rescoping([row for row in wanted if row not in held], gone, len(held) - len(gone))


@as_one
def rescope(credential: Credential, rows: Iterable[ScopeRow], *, on: date) -> Rescoping:
    """The annex as it reads from that day on; what it said before stays readable. Rows that stay are left alone."""
    found = compare(credential, rows, on=on)
    gone = CredentialScope.objects.filter(pk__in=[each.pk for each in found.gone])
    gone.filter(since__gte=on).delete()
    gone.update(until=on - timedelta(days=1))
    _add_scope(credential, found.new, since=on)
    return found


def _row(scope: CredentialScope) -> ScopeRow:
    return ScopeRow(scope.object, scope.parameter, scope.method, scope.range)


def _add_scope(credential: Credential, rows: Iterable[ScopeRow], since: date | None = None) -> None:
    CredentialScope.objects.bulk_create(
        CredentialScope(
            credential=credential,
            object=row.object,
            parameter=row.parameter,
            method=row.method,
            range=row.range,
            since=since,
        )
        for row in dict.fromkeys(rows)
    )


@as_one
def _move(credential: Credential, to: str, **columns: object) -> Credential:
    """Lock, look in the table, compare and set.

    :raises StepNotPossible: it is not, or no longer, in a state from which this step leads.
    """
    state = Credential.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=credential.pk)
    if state != credential.state or to not in STEPS[state]:
        raise StepNotPossible(extra={"state": state})
    for name, value in {"state": to, **columns}.items():
        setattr(credential, name, value)
    credential.save(update_fields=["state", *columns])
    return credential
