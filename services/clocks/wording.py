"""Time in words: what is wrong with a calendar, how long something still has, since when it stands still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop, ngettext

from services.clocks.calendar import Calendar, DayCount
from services.clocks.faults import ClockFault
from services.clocks.names import waiting_for

if TYPE_CHECKING:
    from services.clocks.dials import Why
    from services.clocks.models import ClockSegment

MESSAGES = (
    gettext_noop("A week has seven days."),
    gettext_noop("A working day must have at least one minute."),
    gettext_noop("The calendar has no working time in 400 days."),
    gettext_noop("“%(name)s” is not a time zone."),
    gettext_noop("The window %(window)s does not end after it begins, within one day."),
    gettext_noop("The window %(window)s overlaps the one before it."),
    gettext_noop("A calendar must be an object."),
    gettext_noop("The weekly windows must be given by weekday."),
    gettext_noop("“%(name)s” is not a weekday; write mon, tue, wed, thu, fri, sat or sun."),
    gettext_noop("The overrides must be a list."),
    gettext_noop("An override must have a date and windows."),
    gettext_noop("There are two overrides for %(date)s."),
    gettext_noop("The override of %(date)s has no windows; an empty list closes it."),
    gettext_noop("Windows must be a list of pairs of times."),
    gettext_noop("“%(text)s” is not a time of day between 00:00 and 24:00."),
    gettext_noop("“%(text)s” is not a date."),
)
"""The sentences of :mod:`services.clocks.faults` that a curator can meet."""


@dataclass(frozen=True)
class Told:
    """A sentence, and how urgent it is: ok · soon · late · paused · none."""

    text: str
    tone: str


def explained(fault: ClockFault) -> str:
    """What is wrong, in the reader's language."""
    sentence = gettext(fault.message)
    return sentence % fault.params if fault.params else sentence


def length(minutes: int, working_day_minutes: int) -> str:
    """Working time in the coarsest unit that says enough: two days and more in days, one hour and more in hours."""
    if minutes >= 2 * working_day_minutes:
        days = minutes // working_day_minutes
        return ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days}
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%(count)d working hour", "%(count)d working hours", hours) % {"count": hours}
    return ngettext("%(count)d working minute", "%(count)d working minutes", minutes) % {"count": minutes}


def due(due_at: datetime | None, *, now: datetime, calendar: Calendar, soon: int | None = None) -> Told:
    """“Due in 3 working hours”, “overdue by 2 working days”; soon means less than so many working minutes are left."""
    if due_at is None:
        return Told(gettext("no promised time"), "none")
    day = calendar.working_day_minutes
    if due_at < now:
        late = calendar.elapsed(due_at, now)
        if not late:
            return Told(gettext("due now"), "late")
        return Told(gettext("overdue by %(time)s") % {"time": length(late, day)}, "late")
    left = calendar.elapsed(now, due_at)
    tone = "soon" if left < (day // 2 if soon is None else soon) else "ok"
    return Told(gettext("due in %(time)s") % {"time": length(left, day)}, tone)


def paused(since: datetime) -> Told:
    """“Paused since 3 Mar 2026, 10:00”."""
    return Told(gettext("paused since %(when)s") % {"when": moment(since)}, "paused")


def stopped(at: datetime, *, missed: bool) -> Told:
    """“Done 3 Mar 2026, 10:00 – late”."""
    words = gettext("done %(when)s – late") if missed else gettext("done %(when)s – in time")
    return Told(words % {"when": moment(at)}, "late" if missed else "ok")


def story(why: Why) -> list[str]:
    """Why a deadline is what it is, sentence by sentence."""
    dial = why.dial
    current = dial.current
    lines = [gettext("Counted from %(when)s.") % {"when": moment(dial.begun_at)}]
    if current.budget_minutes is not None:
        lines.append(gettext("Promised time: %(time)s.") % {"time": limit(current)})
    lines += [_opened(day) for day in why.days if day.minutes]
    lines += [gettext("%(reasons)s: not counted.") % {"reasons": each} for each in _closures(why.days)]
    lines += [_pause(each.started_at, each.ended_at, each.reason) for each in dial.pauses]
    lines.append(_end(dial.due_at, dial.paused_since))
    if why.estimated_years:
        years = ", ".join(map(str, why.estimated_years))
        lines.append(gettext("The holidays of %(years)s are not published yet; the date may move.") % {"years": years})
    known = {"name": current.calendar.name, "version": current.calendar_version}
    lines.append(gettext("Calendar: %(name)s, version %(version)s.") % known)
    return lines


def limit(segment: ClockSegment) -> str:
    """The limit as it was promised: of a policy in its own unit, otherwise in working time."""
    policy = segment.policy
    if policy is not None and policy.version == segment.policy_version:
        return f"{policy.amount.normalize():f} {policy.get_unit_display()}"
    return length(segment.budget_minutes or 0, segment.as_calendar().working_day_minutes)


def _opened(day: DayCount) -> str:
    windows = ", ".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in day.counted)
    facts = {"date": calendar_date(day.date), "windows": windows, "minutes": day.minutes, "total": day.total}
    return gettext("%(date)s: %(windows)s, %(minutes)s minutes, %(total)s in all.") % facts


def _closures(days: Iterable[DayCount]) -> list[str]:
    """Closed days that have a reason, neighbours with the same reason in one."""
    runs: list[tuple[str, date, date]] = []
    for day in days:
        if day.opens or not day.reason:
            continue
        if runs and runs[-1][0] == day.reason and (day.date - runs[-1][2]).days == 1:
            runs[-1] = (day.reason, runs[-1][1], day.date)
        else:
            runs.append((day.reason, day.date, day.date))
    return [
        f"{calendar_date(first)}–{calendar_date(last)} {reason}" if last > first else f"{calendar_date(first)} {reason}"
        for reason, first, last in runs
    ]


def _pause(begin: datetime, end: datetime | None, reason: str) -> str:
    facts = {"begin": moment(begin), "end": moment(end) if end else "", "reason": waiting_for(reason)}
    if end is None:
        return gettext("Paused since %(begin)s (%(reason)s).") % facts
    return gettext("Paused from %(begin)s to %(end)s (%(reason)s).") % facts


def _end(due_at: datetime | None, paused_since: datetime | None) -> str:
    if due_at is not None:
        return gettext("Due %(when)s.") % {"when": moment(due_at)}
    if paused_since is not None:
        return gettext("Nothing falls due while the clock is paused.")
    return gettext("No time was promised.")


def calendar_date(day: date) -> str:
    """A date as the reader writes it."""
    return date_format(day, gettext("j M Y"))


def moment(at: datetime) -> str:
    """An instant as the reader writes it."""
    return date_format(localtime(at), gettext("j M Y, H:i"))
