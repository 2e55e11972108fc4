"""Chase what is due: for each rule the promises it has come to, each of them once, and whoever is to be told of it.

The mark (:class:`Chase`) is written first, and only whoever wrote it tells: two runs at once, a run that was broken
off and a day without the scheduler all end in one mark, one notice and one line for each promise and rule.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from portal.notices import actions as notices
from portal.notices.actions import Telling
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases import office_hours
from services.cases.models import Audience as Readers
from services.cases.models import CaseEvent, Verb
from services.chasers import subjects, wording
from services.chasers.models import Chase, ChaserRule, Level, Promise
from services.chasers.people import People, Reached
from services.chasers.subjects import Subject
from services.clocks.faults import ClockFault
from services.clocks.models import ClockSegment, WorkCalendar

logger = logging.getLogger(__name__)

MOST, BATCH = 5000, 250


@dataclass(frozen=True)
class Chased:
    """One promise that a rule has come to, and whom it reaches."""

    subject: Subject
    reached: Reached
    mark: Chase


def chase(now: datetime, *, limit: int = MOST, size: int = BATCH) -> int:
    """Apply every rule in use to what it has come to, a batch to a transaction; the number of promises chased.

    :param limit: what is beyond it waits for the next run.
    """
    calendars = list(WorkCalendar.objects.filter(Exists(Promise.objects.running().filter(calendar=OuterRef("pk")))))
    done = 0
    for rule in ChaserRule.objects.active().order_by("pk"):
        reach = within_reach(rule, calendars, now)
        more = bool(reach)
        while more and done < limit:
            wanted = min(size, limit - done)
            found = candidates(rule, reach, wanted)
            done += apply(rule, found, now=now) if found else 0
            more = len(found) == wanted
    return done


def save_rule(rule: ChaserRule) -> ChaserRule:
    """As a curator wants it from now on; promises that it has come to already are not chased again."""
    rule.version = (ChaserRule.objects.filter(pk=rule.pk).values_list("version", flat=True).first() or 0) + 1
    rule.save()
    return rule


def within_reach(rule: ChaserRule, calendars: Iterable[WorkCalendar], now: datetime) -> Q:
    """Which promises the rule has come to by now: one instant for each calendar, and all that is due by it."""
    reach = Q()
    for calendar in calendars:
        try:
            reach |= _due_by(rule, calendar, now)
        except ClockFault:
            logger.exception("Calendar %s cannot say when %s is to be chased", calendar.code, rule.code)
    return reach


def _due_by(rule: ChaserRule, calendar: WorkCalendar, now: datetime) -> Q:
    """A clock with no more time than the distance of a warning needs none: it would come with the promise itself."""
    distance, arithmetic = rule.minutes(calendar.working_day_minutes), calendar.as_calendar()
    if distance < 0:
        return Q(calendar=calendar, due_at__lte=arithmetic.due(now, -distance), budget_minutes__gt=-distance)
    return Q(calendar=calendar, due_at__lte=arithmetic.before(now, distance))


def candidates(rule: ChaserRule, reach: Q, size: int) -> list[Promise]:
    """Promises within reach that bear no mark of the rule, the oldest first."""
    marks = Chase.objects.filter(
        rule=rule,
        subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"),
        begun_at=OuterRef("begun_at"),
    )
    running = Promise.objects.running().filter(reach, ~Exists(marks), clock=rule.clock)
    return list(running.order_by("due_at", "pk")[:size])


@as_one
def apply(rule: ChaserRule, found: Iterable[ClockSegment], *, now: datetime) -> int:
    """Mark the promises and tell of those that nobody else has marked meanwhile; how many those are."""
    won = _claim(rule, found, now=now)
    _tell(rule, won, now=now)
    if rule.level != Level.REMINDER:
        _write_lines(rule, won, now=now)
    return len(won)


def _claim(rule: ChaserRule, found: Iterable[ClockSegment], *, now: datetime) -> list[Chased]:
    """Mark the promises; those whose mark is ours. Somebody else's mark is waited for, and stands."""
    about = subjects.load(found)
    people = People(about)
    meant = [(subject, people.reached_by(rule, subject)) for subject in about]
    chased = [Chased(subject, reached, _mark(rule, subject.segment, reached, now)) for subject, reached in meant]
    Chase.objects.bulk_create([one.mark for one in chased], ignore_conflicts=True)
    ours = set(Chase.objects.filter(pk__in=[one.mark.pk for one in chased]).values_list("pk", flat=True))
    return [one for one in chased if one.mark.pk in ours]


def _mark(rule: ChaserRule, segment: ClockSegment, reached: Reached, now: datetime) -> Chase:
    return Chase(
        rule=rule,
        rule_version=rule.version,
        subject_kind=segment.subject_kind,
        subject_id=segment.subject_id,
        begun_at=segment.begun_at,
        due_at=segment.due_at or now,
        meant_for=reached.meant_for,
        reached=reached.audience,
        told=len(reached.recipients),
        at=now,
    )


def _tell(rule: ChaserRule, chased: list[Chased], *, now: datetime) -> None:
    """Owe the notices, each to leave in the working hours of whoever reads it."""
    users = {one.user.pk: one.user for row in chased for one in row.reached.recipients if one.user}
    times = office_hours.send_times(users.values(), now=now)
    notices.tell_all((telling for row in chased for telling in _tellings(rule, row, times, now)), now=now)


def _tellings(rule: ChaserRule, row: Chased, times: dict[int | None, datetime], now: datetime) -> Iterator[Telling]:
    mark, audience = row.mark, row.reached.audience
    key = f"chase-{rule.code}-{mark.subject_kind}-{mark.subject_id}-{mark.begun_at.isoformat()}"
    facts = wording.facts(rule, row.subject, late=mark.due_at <= now)
    for one in row.reached.recipients:
        send_at = times[one.user.pk if one.user else office_hours.ANYBODY]
        path = wording.path(audience, row.subject)
        yield Telling([one], wording.event(audience), key, facts, path, send_at, rule.channel)


def _write_lines(rule: ChaserRule, chased: list[Chased], *, now: datetime) -> None:
    """What goes beyond a reminder stands in the case, for staff, with who was told."""
    cases.note_many(
        CaseEvent(
            case=one.subject.case,
            need=one.subject.need,
            referral=one.subject.referral,
            verb=Verb.ESCALATED,
            audience=Readers.INTERNAL,
            rule=rule.actor,
            note="、".join(str(person.user) for person in one.reached.recipients if person.user),
            at=now,
        )
        for one in chased
        if one.subject.case
    )
