"""The clocks of the pool: an application is decided within the promised working days, standing still for the
applicant; so is an appeal about a standing.
"""

from datetime import datetime

from services.clocks import actions as clocks
from services.clocks.models import ClockSegment
from services.clocks.names import ClockName, Waiting
from services.pool.models import Application, StandingAppeal

SUBJECT, CLOCK = ClockSegment.Subject.APPLICATION, ClockName.ONBOARDING
STANDING = ClockSegment.Subject.STANDING


def sent(application: Application, *, now: datetime, actor: str) -> datetime | None:
    """Start counting, or go on after the applicant's answer; when the decision is due."""
    if clocks.is_running(SUBJECT, application.pk, CLOCK):
        return clocks.resume(SUBJECT, application.pk, CLOCK, now=now, actor=actor)
    return clocks.start(SUBJECT, application.pk, CLOCK, now=now, actor=actor)


def asked(application: Application, *, now: datetime, actor: str) -> None:
    clocks.pause(SUBJECT, application.pk, CLOCK, now=now, reason=Waiting.DOCUMENTS, actor=actor)


def over(application: Application, *, now: datetime) -> None:
    clocks.stop(SUBJECT, application.pk, now=now)


def lodged(appeal: StandingAppeal, *, now: datetime, actor: str) -> datetime | None:
    """When the appeal is to be decided."""
    return clocks.start(STANDING, appeal.pk, ClockName.APPEAL, now=now, actor=actor)


def ruled(appeal: StandingAppeal, *, now: datetime) -> None:
    clocks.stop(STANDING, appeal.pk, now=now)


def store_dues(subject_kind: str, clock: str, due: dict[int, datetime | None]) -> None:
    """A calendar or policy was published: the dues it moved become the rows' ``due_at`` again."""
    if subject_kind == SUBJECT and clock == CLOCK:
        rows = [Application(pk=pk, due_at=at) for pk, at in due.items()]
        Application.objects.bulk_update(rows, ["due_at"], batch_size=500)
    if subject_kind == STANDING:
        appeals = [StandingAppeal(pk=pk, due_at=at) for pk, at in due.items()]
        StandingAppeal.objects.bulk_update(appeals, ["due_at"], batch_size=500)
