"""A chaser that waits for the morning does not leave when there is nothing left to ask for."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.notices.models import Notice
from portal.outbox import sweeper
from services.cases.models import Case
from services.chasers import actions
from services.clocks import actions as clocks
from services.clocks.models import WorkCalendar
from tests.factories import make_case, make_user
from tests.services.chasers.rows import DUE, make_rule
from tests.sinks import MailSink

HOUR = timedelta(hours=1)
EVENING, MORNING = DUE + 9 * HOUR, DUE + 24 * HOUR


def _done(case: Case) -> None:
    clocks.stop("case", case.pk, "triage", now=EVENING)


def _paused(case: Case) -> None:
    clocks.pause("case", case.pk, "triage", now=EVENING, reason="returned")


def _resumed(case: Case) -> None:
    _paused(case)
    clocks.resume("case", case.pk, "triage", now=EVENING + HOUR)


def _counted_anew(case: Case) -> None:
    clocks.start("case", case.pk, "triage", now=EVENING)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("meanwhile", "mails"), [(_done, 0), (_paused, 0), (_counted_anew, 0), (_resumed, 1), (lambda case: None, 1)]
)
def test_only_what_is_still_owed_is_mailed_in_the_morning(
    standard: WorkCalendar, smtp: MailSink, meanwhile: Callable[[Case], None], mails: int
) -> None:
    make_user("specialist", email="s@centre.example")
    make_rule(amount=60)
    case = make_case()
    actions.chase(EVENING)
    meanwhile(case)
    for moment in (EVENING, MORNING, MORNING + HOUR):
        sweeper.sweep(moment)
    assert len(smtp.to("s@centre.example")) == mails
    notice = Notice.objects.get(event="chaser_desk")
    assert (notice.mailed_at is not None, bool(notice.refusal)) == (mails == 1, mails == 0)
