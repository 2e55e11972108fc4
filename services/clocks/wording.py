"""Time in words: what is wrong with a calendar, how long something still has, since when it stands still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop, ngettext

from services.clocks.calendar import Calendar, DayCount
from services.clocks.faults import ClockFault
from services.clocks.names import waiting_for

if TYPE_CHECKING:
    from services.clocks.dials import Dial, Why
    from services.clocks.models import ClockPolicy, ClockSegment

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
    gettext_noop("The file is too large for the days of a year."),
    gettext_noop("The file is no text."),
    gettext_noop("The file is neither JSON nor a table saved as CSV."),
    gettext_noop("The first line of the table must name the columns date, windows and reason."),
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


def paused(since: datetime, reason: str = "") -> Told:
    """“Paused since 3 Mar 2026, 10:00 (waiting for a sample)”."""
    if not reason:
        return Told(gettext("paused since %(when)s") % {"when": moment(since)}, "paused")
    facts = {"when": moment(since), "reason": waiting_for(reason)}
    return Told(gettext("paused since %(when)s (%(reason)s)") % facts, "paused")


def stopped(at: datetime, *, missed: bool) -> Told:
    """“Done 3 Mar 2026, 10:00 – late”."""
    words = gettext("done %(when)s – late") if missed else gettext("done %(when)s – in time")
    return Told(words % {"when": moment(at)}, "late" if missed else "ok")


def story(why: Why, *, in_full: bool = False) -> list[str]:
    """Why a deadline is what it is, sentence by sentence.

    :param in_full: with names, rule and versions, for staff.
    """
    dial = why.dial
    current = dial.current
    lines = [gettext("Counted from %(when)s.") % {"when": moment(dial.begun_at)}]
    if current.budget_minutes is not None:
        lines.append(gettext("Promised time: %(time)s.") % {"time": limit(current)})
    lines += [gettext("Nights, weekends and holidays count.")] if current.round_the_clock else _counted(why.days)
    lines += [_pause(each, each.actor if in_full else "") for each in dial.pauses]
    lines += _end(dial)
    if why.estimated_years:
        years = ", ".join(map(str, why.estimated_years))
        lines.append(gettext("The holidays of %(years)s are not published yet; the date may move.") % {"years": years})
    return lines + (_versions(why) if in_full else [])


def limit(segment: ClockSegment) -> str:
    """The limit as it was promised: of a policy in its own unit, otherwise in working time."""
    policy = segment.policy
    if policy is not None and policy.version == segment.policy_version:
        return promised(policy)
    return length(segment.budget_minutes or 0, segment.as_calendar().working_day_minutes)


def promised(policy: ClockPolicy) -> str:
    """“1 working day”, “0.5 working days”."""
    number = 1 if policy.amount == 1 else 2
    words = {
        policy.Unit.MINUTES: ngettext("%(amount)s working minute", "%(amount)s working minutes", number),
        policy.Unit.WORKING_DAYS: ngettext("%(amount)s working day", "%(amount)s working days", number),
        policy.Unit.CALENDAR_DAYS: ngettext("%(amount)s calendar day", "%(amount)s calendar days", number),
    }
    return words[policy.Unit(policy.unit)] % {"amount": f"{policy.amount.normalize():f}"}


def _counted(days: Iterable[DayCount]) -> list[str]:
    """The days with what was counted on them, and the closed ones that have a reason; neighbours alike in one line."""
    lines = []
    for (windows, reason), alike in groupby(days, _alike):
        run = tuple(alike)
        first, last = calendar_date(run[0].date), calendar_date(run[-1].date)
        dates = first if len(run) == 1 else f"{first}–{last}"
        facts = {"dates": f"{dates} {reason}".rstrip(), "windows": windows, "total": spent(run[-1].total)}
        if windows:
            lines.append(gettext("%(dates)s: %(windows)s; %(total)s so far.") % facts)
        elif reason and not run[0].opens:
            lines.append(gettext("%(dates)s: not counted.") % facts)
    return lines


def _alike(day: DayCount) -> tuple[str, str]:
    return ", ".join(f"{begin:%H:%M}–{end:%H:%M}" for begin, end in day.counted), day.reason


def spent(minutes: int) -> str:
    """Counted time in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("%(minutes)s min") % {"minutes": rest}
    words = gettext("%(hours)s h %(minutes)s min") if rest else gettext("%(hours)s h")
    return words % {"hours": hours, "minutes": rest}


def _pause(pause: ClockSegment, actor: str) -> str:
    facts = {
        "begin": moment(pause.started_at),
        "end": moment(pause.ended_at) if pause.ended_at else "",
        "reason": ", ".join(filter(None, (waiting_for(pause.reason), actor))),
    }
    if pause.ended_at is None:
        return gettext("Paused since %(begin)s (%(reason)s).") % facts
    return gettext("Paused from %(begin)s to %(end)s (%(reason)s).") % facts


def _end(dial: Dial) -> list[str]:
    lines = []
    if dial.current.budget_minutes is None:
        lines.append(gettext("No time was promised."))
    if dial.due_at is not None:
        lines.append(gettext("Due %(when)s.") % {"when": moment(dial.due_at)})
    if dial.paused_since is not None:
        lines.append(gettext("Nothing falls due while the clock is paused."))
    if dial.stopped_at is not None:
        lines.append(gettext("Stopped %(when)s.") % {"when": moment(dial.stopped_at)})
    return lines


def _versions(why: Why) -> list[str]:
    """Under which rule and calendar, each in which version, the clock was reckoned."""
    current = why.dial.current
    lines = []
    if current.policy is not None:
        rule = {"rule": current.policy.about, "version": current.policy_version}
        lines.append(gettext("Rule: %(rule)s, version %(version)s.") % rule)
    known = {"name": current.calendar.name, "version": current.calendar_version}
    lines.append(gettext("Calendar: %(name)s, version %(version)s.") % known)
    if why.superseded:
        lines.append(gettext("The calendar has been published again since; the date will follow shortly."))
    return lines


def calendar_date(day: date) -> str:
    """A date as the reader writes it."""
    return date_format(day, gettext("j M Y"))


def moment(at: datetime) -> str:
    """An instant as the reader writes it."""
    return date_format(localtime(at), gettext("j M Y, H:i"))
