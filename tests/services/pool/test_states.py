"""The table of an application: each legal step works, each other one is refused, and the database holds the pairs."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from services.clocks.models import ClockSegment
from services.pool.actions import applying, door, reviewing
from services.pool.actions.door import StaleApplication
from services.pool.models import Application, ApplicationEvent
from services.pool.states import STEPS, ApplicationState
from tests.factories import NOW, make_institution
from tests.services.pool.rows import make_curator, make_draft, make_reviewed, make_sent

pytestmark = pytest.mark.django_db
S = ApplicationState
VERBS = {
    S.SUBMITTED: "submitted",
    S.RETURNED: "asked",
    S.ACCEPTED: "accepted",
    S.DECLINED: "declined",
    S.WITHDRAWN: "withdrawn",
}


def columns(to: str, by: object) -> dict[str, object]:
    decided = {"decided_by": by, "decided_at": NOW} if to in {S.ACCEPTED, S.DECLINED} else {}
    made = {"institution": make_institution()} if to == S.ACCEPTED else {}
    return {"submitted_at": NOW, **decided, **made}


@pytest.mark.parametrize(("state", "to"), [pair for pair in product(S, S) if pair[1] != S.DRAFT])
def test_the_door_opens_for_the_steps_of_the_table_and_for_no_other(state: str, to: str) -> None:
    by = make_curator()
    application = make_draft(by)
    Application.objects.filter(pk=application.pk).update(state=state, **columns(state, by))
    application.refresh_from_db()
    if to in STEPS[ApplicationState(state)]:
        moved = door.move(application, to, verb=VERBS[S(to)], by=by, now=NOW, **columns(to, by))
        moved.refresh_from_db()
        assert moved.state == to
    else:
        with pytest.raises(StaleApplication):
            door.move(application, to, verb=VERBS[S(to)], by=by, now=NOW, **columns(to, by))


def test_the_clock_runs_while_the_curator_is_asked_and_stands_while_the_applicant_is() -> None:
    application, curator = make_sent(), make_curator()
    clock = ClockSegment.objects.of("application", application.pk, "onboarding")
    assert (application.due_at is not None, clock.open().get().kind) == (True, "run")

    reviewing.ask_back(application, questions="请补充附表", by=curator, now=NOW)
    assert (application.due_at, clock.open().get().kind) == (None, "pause")

    applying.submit(application, by=application.applicant, now=NOW, answer="已补充")
    assert (application.due_at is not None, clock.open().get().kind) == (True, "run")

    reviewing.decline(application, reason="证书已注销", by=curator, now=NOW)
    assert (application.due_at, clock.open().exists()) == (None, False)


def test_every_step_leaves_a_line_that_nobody_changes() -> None:
    application, curator = make_sent(), make_curator()
    reviewing.ask_back(application, questions="请补充附表", by=curator, now=NOW)
    lines = application.events.order_by("pk").values_list("verb", "by", "note")
    applicant = application.applicant.pk
    assert list(lines) == [("opened", applicant, ""), ("submitted", applicant, ""), ("asked", curator.pk, "请补充附表")]
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        ApplicationEvent.objects.filter(application=application).update(note="x")


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "gone"},
        {"state": S.ACCEPTED},
        {"state": S.DECLINED},
        {"state": S.SUBMITTED, "submitted_at": None},
    ],
)
def test_the_database_refuses_what_cannot_be(columns: dict[str, object]) -> None:
    application = make_draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(**columns)


def test_one_person_has_one_open_application_of_a_kind() -> None:
    application = make_draft()
    again = applying.start(application.applicant, "institution", now=NOW)
    assert again == application
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(kind="institution", applicant=application.applicant)


def test_what_was_reviewed_can_be_accepted_only_once() -> None:
    curator = make_curator()
    application = make_reviewed(by=curator)
    stale = Application.objects.get(pk=application.pk)
    reviewing.accept(application, by=curator, now=NOW)
    with pytest.raises(StaleApplication):
        reviewing.accept(stale, by=make_curator(), now=NOW)
