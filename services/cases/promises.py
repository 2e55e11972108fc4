"""Which clocks run in which state, and the instant that becomes a row's ``due_at``: the earliest of its running clocks.

The tables say it all: entering a state stops the clocks it does not name, lets those it names run or stand still for
the given reason, and starts those the state before did not name.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from services.cases.models import Case, Need, Referral
from services.cases.states import CaseState, NeedState, ReferralState
from services.clocks import actions as clocks
from services.clocks import dues
from services.clocks.actions import Start
from services.clocks.calendar import Calendar
from services.clocks.dials import default_calendar
from services.clocks.models import ClockSegment, WorkCalendar
from services.clocks.names import ClockName, Waiting
from services.directory import calendars

CASE, NEED, REFERRAL = "case", "need", "referral"
RUN = ""
"""A clock either runs, or stands still for a reason: while the enterprise owes something (R21)."""

C, R = ClockName, ReferralState
CASE_CLOCKS: dict[str, dict[str, str]] = {
    CaseState.SUBMITTED: {C.FIRST_CONTACT: RUN, C.TRIAGE: RUN},
    CaseState.RETURNED: {C.TRIAGE: Waiting.RETURNED, C.SUPPLEMENT: RUN},
}
NEED_CLOCKS: dict[str, dict[str, str]] = {NeedState.SEEKING: {C.MATCHING: RUN}}
REFERRAL_CLOCKS: dict[str, dict[str, str]] = {
    R.OFFERED: {C.ANSWER: RUN},
    R.ACCEPTED: {C.PLAN: RUN, C.DELIVERY: RUN},
    R.QUOTED: {C.PLAN: Waiting.QUOTED, C.DELIVERY: Waiting.QUOTED, C.AGREEMENT: RUN},
    R.IN_PROGRESS: {C.DELIVERY: RUN},
    R.DELIVERED: {C.DELIVERY: Waiting.DELIVERED, C.CONFIRMATION: RUN},
    R.DISPUTED: {C.DELIVERY: RUN},
}
PROMISED = {
    CASE: [C.FIRST_CONTACT, C.TRIAGE, C.SUPPLEMENT],
    NEED: [C.MATCHING],
    REFERRAL: [C.ANSWER, C.PLAN, C.DELIVERY, C.CONFIRMATION],
}
"""The clocks that become a row's ``due_at``; whatever else runs on it (a reminder, an appeal …) does not."""
BY_INSTITUTION = frozenset({C.ANSWER, C.PLAN, C.DELIVERY})
"""Counted in the working time of the institution; everything else in that of the station."""

Dues = Mapping[str, datetime | None]
Promise = tuple[datetime, str]


def of_case(case: Case, to: str, *, now: datetime, before: str, actor: str = "") -> dict[str, object]:
    """Start, pause or stop the clocks of a case that goes from one state to another; returns the columns that hold
    the new promise. The first contact is owed once, and not to whoever spoke with somebody of the centre.

    :param before: the state it leaves, "" for a case that is only being sent.
    """
    named, held = dict(CASE_CLOCKS.get(to, {})), CASE_CLOCKS.get(before, {})
    if before or case.recorder_id:
        named.pop(C.FIRST_CONTACT, None)
    starts = [
        Start(CASE, case.pk, clock, case.station.calendar_id, urgency=case.urgency)
        for clock in named
        if clock not in held
    ]
    return _columns(_enter(CASE, case.pk, named, held, starts, now=now, actor=actor), CASE)


def of_referral(
    referral: Referral, to: str, *, case: Case, now: datetime, before: str, actor: str = ""
) -> dict[str, object]:
    """The same for a referral. What it waited for it has, or no longer needs: its clocks run on first, so that a step
    taken meanwhile ends a run, and whether that was in time can be told.
    """
    if referral.waiting_for:
        go_on(referral, now=now, actor=actor)
    named, held = REFERRAL_CLOCKS.get(to, {}), REFERRAL_CLOCKS.get(before, {})
    starts = _starts(referral, [clock for clock in named if clock not in held], case)
    ringing = _enter(REFERRAL, referral.pk, named, held, starts, now=now, actor=actor)
    return _columns(ringing, REFERRAL) | {"waiting_for": "", "waiting_since": None}


def _starts(referral: Referral, wanted: list[str], case: Case) -> list[Start]:
    if not wanted:
        return []
    need, of_institution = referral.need, None
    if BY_INSTITUTION.intersection(wanted):
        of_institution = calendars.own_of(referral.institution_id)
    return [
        Start(
            REFERRAL,
            referral.pk,
            clock,
            of_institution if clock in BY_INSTITUTION else case.station.calendar_id,
            urgency=need.urgency,
            board=need.board_id,
            item=need.item_id,
            working_days=need.item.promised_working_days if clock == C.DELIVERY else None,
        )
        for clock in wanted
    ]


def _enter(
    kind: str,
    pk: int,
    named: Mapping[str, str],
    held: Mapping[str, str],
    starts: list[Start],
    *,
    now: datetime,
    actor: str,
) -> Dues:
    """Bring the clocks of one row in line with the state it enters; the due instants of those that run."""
    if not named:
        clocks.stop(kind, pk, now=now)
    for clock in held.keys() - named.keys() if named else ():
        clocks.stop(kind, pk, clock, now=now)
    due: dict[str, datetime | None] = {}
    for clock, reason in named.items():
        if clock in held and reason == RUN:
            due[clock] = clocks.resume(kind, pk, clock, now=now, actor=actor)
        elif clock in held:
            clocks.pause(kind, pk, clock, now=now, reason=reason, actor=actor)
    begun = clocks.start_all(starts, now=now, actor=actor)
    return due | {start.clock: at for start, at in zip(starts, begun, strict=True)}


def _columns(due: Dues, kind: str) -> dict[str, object]:
    ringing = [(at, clock) for clock, at in due.items() if at and clock in PROMISED[kind]]
    at, clock = min(ringing, default=(None, ""))
    return {"due_at": at, "due_clock": str(clock)}


def wait(referral: Referral, reason: str, *, now: datetime, actor: str) -> dict[str, object]:
    """The enterprise owes something the work cannot do without: everything the institution owes stands still."""
    for clock in REFERRAL_CLOCKS[referral.state]:
        clocks.pause(REFERRAL, referral.pk, clock, now=now, reason=reason, actor=actor)
    return {"due_at": None, "due_clock": "", "waiting_for": reason, "waiting_since": now}


def go_on(referral: Referral, *, now: datetime, actor: str) -> dict[str, object]:
    """It came: the clocks run on with what was left."""
    named = REFERRAL_CLOCKS[referral.state]
    due = _enter(REFERRAL, referral.pk, named, named, [], now=now, actor=actor)
    return _columns(due, REFERRAL) | {"waiting_for": "", "waiting_since": None}


def contacted(case: Case, *, now: datetime) -> None:
    """Somebody of the centre has spoken to the enterprise: the first contact is made, the triage is still owed."""
    clocks.stop(CASE, case.pk, C.FIRST_CONTACT, now=now)
    if case.due_clock == C.FIRST_CONTACT:
        columns = _columns({C.TRIAGE: clocks.resume(CASE, case.pk, C.TRIAGE, now=now)}, CASE)
        Case.objects.filter(pk=case.pk).update(**columns)


def count_from(case: Case, since: datetime, *, now: datetime, urgency: str) -> dict[str, object]:
    """Count what a submitted case is owed from an earlier instant, as if it had been sent then (R13): all time since
    is used up, also what the case stood still in between, for the repeat did not.
    """
    running = ClockSegment.objects.of(CASE, case.pk).open().filter(clock__in=CASE_CLOCKS[CaseState.SUBMITTED])
    names = list(running.values_list("clock", flat=True))
    starts = [Start(CASE, case.pk, name, case.station.calendar_id, urgency=urgency, since=since) for name in names]
    return _columns(dict(zip(names, clocks.start_all(starts, now=now), strict=True)), CASE)


def seek(case: Case, needs: list[Need], *, now: datetime) -> None:
    """An institution has to be found for each of the needs, all in a few statements."""
    if not needs:
        return
    starts = [
        Start(
            NEED,
            need.pk,
            C.MATCHING,
            case.station.calendar_id,
            urgency=need.urgency,
            board=need.board_id,
            item=need.item_id,
        )
        for need in needs
    ]
    for need, at in zip(needs, clocks.start_all(starts, now=now), strict=True):
        need.due_at = at
    Need.objects.filter(pk__in=[need.pk for need in needs]).update(
        due_at=dues.each({need.pk: need.due_at for need in needs})
    )


def found(need: Need, *, now: datetime) -> None:
    """Nothing has to be found for the need any more; the caller saves ``due_at``."""
    clocks.stop(NEED, need.pk, C.MATCHING, now=now)
    need.due_at = None


def rush(need: Need, urgency: str, *, now: datetime) -> None:
    """The urgency of a need changes while it seeks; the caller saves ``due_at``."""
    need.due_at = clocks.change(
        NEED, need.pk, C.MATCHING, now=now, urgency=urgency, board=need.board_id, item=need.item_id
    )


def earliest(needs: Iterable[Need], referrals: Iterable[Referral]) -> dict[str, Any]:
    """What a case in service owes next."""
    open_promises = [(need.due_at, str(C.MATCHING)) for need in needs if need.due_at]
    open_promises += [(one.due_at, one.due_clock) for one in referrals if one.due_at]
    at, clock = min(open_promises, default=(None, ""))
    return {"due_at": at, "due_clock": clock}


def calendar_of(case: Case) -> Calendar | None:
    """In which working time a case counts, where it was read ``with_calendar``."""
    ref = getattr(case, "calendar_ref", None)
    return None if ref is None else WorkCalendar.known(ref, getattr(case, "calendar_version", 0))


def working_time(case: Case) -> Calendar:
    """The same for every case: in that of its station, or of everybody where the station has none of its own."""
    return calendar_of(case) or (case.station.calendar or default_calendar()).as_calendar()


def day_for(working_days: int, case: Case, *, now: datetime) -> Any:
    """The day on which so many working days of the case's station are over."""
    due = working_time(case).add_working_days(now, working_days)
    return timezone.localdate(due) if due else None


def store_dues(subject_kind: str, clock: str, due: Mapping[int, datetime | None]) -> None:
    """A calendar or policy was published: the rows whose promises it moved, by id, show them again, and so do their
    cases.
    """
    if clock not in PROMISED.get(subject_kind, ()):
        return
    if subject_kind == CASE:
        _show(Case.objects.filter(state__in=CASE_CLOCKS), _running(CASE, due))
    elif subject_kind == NEED:
        Need.objects.filter(pk__in=due.keys(), state__in=NEED_CLOCKS).update(due_at=dues.each(due))
        _show_cases(Need.objects.filter(pk__in=due.keys()))
    else:
        _show(Referral.objects.filter(state__in=REFERRAL_CLOCKS), _running(REFERRAL, due))
        _show_cases(Referral.objects.filter(pk__in=due.keys()))


def _running(kind: str, ids: Iterable[int]) -> dict[int, Promise]:
    """The earliest promise of each row."""
    named = ClockSegment.objects.filter(subject_kind=kind, subject_id__in=list(ids), clock__in=PROMISED[kind])
    return _earliest(named.open().exclude(due_at=None).values_list("subject_id", "due_at", "clock"))


def _show_cases(moved: QuerySet[Need] | QuerySet[Referral]) -> None:
    """What is owed next in the cases of needs or referrals whose promises have moved."""
    cases = list(moved.values_list("case_id", flat=True))
    needs = Need.objects.filter(case__in=cases).exclude(due_at=None)
    referrals = Referral.objects.filter(case__in=cases).exclude(due_at=None)
    seeking = [(case, at, str(C.MATCHING)) for case, at in needs.values_list("case_id", "due_at")]
    at_work = referrals.values_list("case_id", "due_at", "due_clock")
    _show(
        Case.objects.filter(state__in=[CaseState.IN_SERVICE, CaseState.AWAITING_CONFIRMATION]),
        _earliest([*seeking, *at_work]),
    )


def _earliest(rows: Iterable[tuple[int, datetime | None, str]]) -> dict[int, Promise]:
    found: dict[int, Promise] = {}
    for pk, at, clock in rows:
        if at and (pk not in found or at < found[pk][0]):
            found[pk] = at, clock
    return found


def _show(rows: QuerySet[Case] | QuerySet[Referral], promised: Mapping[int, Promise]) -> None:
    for clock in {clock for _, clock in promised.values()}:
        moved = {pk: at for pk, (at, name) in promised.items() if name == clock}
        rows.filter(pk__in=moved.keys()).update(due_at=dues.each(moved), due_clock=clock)
