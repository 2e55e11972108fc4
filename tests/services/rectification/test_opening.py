"""Every unhappy answer gets one row, one clock and a person who knows."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.notices.models import Notice
from portal.notices.rendering import render
from services.cases.models import CaseEvent
from services.clocks import loading
from services.clocks.models import ClockSegment
from services.followup.models import SurveyAnswer
from services.followup.states import Kind
from services.rectification import actions, opening, tasks
from services.rectification.models import Rectification
from tests.factories import NOW, SHANGHAI
from tests.services.rectification.rows import (
    ANSWERED,
    LATER,
    at_once,
    fresh,
    make_answer,
    make_opened,
    make_sides,
    open_clocks,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "unhappy"),
    [
        ({"grade": 1}, True),
        ({"grade": 2, "solved": "yes"}, True),
        ({"grade": 4, "solved": "no"}, True),
        ({"grade": 3, "solved": "partly"}, False),
        ({"grade": 5}, False),
    ],
)
def test_each_unhappy_answer_gets_one_row_and_no_other_does(said: dict[str, Any], unhappy: bool) -> None:
    answer = make_answer(make_sides(), **said)
    assert [opening.open_due(ANSWERED), opening.open_due(LATER)] == [int(unhappy), 0]
    assert list(Rectification.objects.values_list("answer", "state")) == ([(answer.pk, "opened")] if unhappy else [])


def test_the_call_is_due_within_one_working_day_of_the_station() -> None:
    loading.load()
    friday = datetime(2026, 11, 27, 16, 0, tzinfo=SHANGHAI)
    sides, row = make_opened(now=friday)
    assert row.due_at == datetime(2026, 11, 30, 16, 0, tzinfo=SHANGHAI)
    assert open_clocks(sides) == [("call_back", "run")]
    assert row.rating is not None
    assert (row.case, row.referral, row.rating.referral_ref) == (sides.case, sides.referral, sides.referral.pk)


def test_the_enterprise_reads_that_it_will_be_called_and_the_institution_does_not() -> None:
    sides, row = make_opened()
    event = CaseEvent.objects.get(verb="rectification_opened")
    assert (event.case, event.rule, event.audience) == (sides.case, "rectification.open/1", "enterprise")
    people_of = {name: user for name, user in vars(sides).items() if name != "referral"}
    seen = {name: Rectification.objects.visible_to(user).count() for name, user in people_of.items()}
    assert seen == {"owner": 1, "provider": 0, "handler": 1, "caller": 1, "lead": 1}
    assert told("rectification_opened_desk") == {sides.lead, sides.caller, sides.handler}
    notice = Notice.objects.get(user=sides.caller, event="rectification_opened_desk")
    assert notice.path == row.get_absolute_url()
    for language, words in (("en", "To be called back"), ("zh-hans", "待回电")):
        assert words in render(notice.event, notice.facts, language=language, path=notice.path).subject


def test_a_further_unhappy_answer_joins_what_is_under_way_and_is_told_all_the_same() -> None:
    sides, _row = make_opened()
    make_answer(sides, kind=Kind.EFFECT, grade=None, solved="no")
    assert opening.open_due(LATER) == 1
    joined = Rectification.objects.latest("pk")
    assert (joined.state, joined.outcome, joined.rating) == ("closed", "joined", None)
    assert Notice.objects.filter(event="rectification_opened_desk", user=sides.lead).count() == 2
    assert open_clocks(sides) == [("call_back", "run")]


def test_whoever_answers_anew_and_is_unhappy_again_is_called_again() -> None:
    sides, row = make_opened()
    actions.call_back(row, by=sides.caller, now=LATER, outcome="misunderstanding", note="看错了")
    assert opening.open_due(LATER) == 0
    SurveyAnswer.objects.filter(pk=row.answer_id).update(amended_at=LATER + timedelta(hours=1))
    assert [opening.open_due(LATER + timedelta(hours=2)), opening.open_due(LATER + timedelta(hours=3))] == [1, 0]
    row = fresh(row)
    assert (row.state, row.outcome, row.closed_at, row.closed_by) == ("opened", "", None, None)
    assert open_clocks(sides) == [("call_back", "run")]


def test_one_that_cannot_be_opened_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = make_answer(make_sides()), make_answer(make_sides())
    open_one = opening.open_one

    def refuse(pk: int, *, now: datetime) -> bool:
        if pk == broken.pk:
            raise RuntimeError
        return open_one(pk, now=now)

    monkeypatch.setattr(opening, "open_one", refuse)
    assert opening.open_due(ANSWERED) == 1
    assert Rectification.objects.get().answer == sound


@pytest.mark.django_db(transaction=True)
def test_found_by_many_at_once_it_is_one_row_one_clock_and_one_notice() -> None:
    sides = make_sides()
    make_answer(sides)
    assert at_once(4, lambda number: opening.open_due(ANSWERED)) == ["done"] * 4
    assert Rectification.objects.count() == 1
    assert ClockSegment.objects.filter(clock="call_back").count() == 1
    assert Notice.objects.filter(event="rectification_opened_desk", user=sides.caller).count() == 1


def test_the_schedule_opens_and_wakes() -> None:
    make_answer(make_sides())
    assert [tasks.run(), tasks.run()] == [1, 0]


@pytest.mark.parametrize("number", [1, 3])
def test_looking_for_what_is_to_be_opened_is_one_query_however_many_were_opened(
    number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        make_opened(now=NOW)
    with django_assert_num_queries(1):
        assert opening.open_due(LATER) == 0
