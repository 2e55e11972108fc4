"""Who is warned of a date that law or contract sets, when, of which day, and that nobody is warned twice."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.notices.rendering import render
from portal.outbox import sweeper
from services.cases.models import Need
from services.cases.states import ReferralState
from services.clocks import loading as clocks
from services.clocks.models import WorkCalendar
from services.stations.models import Station
from services.triage import loading, warnings
from services.triage.models import DeadlineWarning, WarningStep
from tests.factories import (
    SHANGHAI,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_user,
)
from tests.sinks import MailSink

pytestmark = pytest.mark.django_db
QUESTION = [{"key": "until", "label_zh": "到期日", "label_en": "Valid until", "type": "date", "required": True}]
NEEDED = "2026-12-25"
"""A Friday. With ten promised days the work has to begin by Monday the 14th."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(day: int, hour: int = 10, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


TRIAGED = at(2, month=11)


@pytest.fixture(autouse=True)
def steps(db: None) -> None:
    clocks.load()
    loading.load()


@pytest.fixture
def desk() -> User:
    return make_user(Role.SPECIALIST, email="desk@centre.example")


@pytest.fixture
def owner() -> User:
    return make_user(email="owner@enterprise.example")


@pytest.fixture
def need(desk: User, owner: User) -> Need:
    return make(desk, owner)


def make(desk: User, owner: User, until: str = NEEDED) -> Need:
    item = make_item(intake_questions=QUESTION, deadline_question="until", promised_working_days=10)
    case = make_case(enterprise=make_enterprise(owner), submitter=owner, now=TRIAGED)
    made = make_need(case, item, by=desk, now=TRIAGED)
    made.answers = {"until": until}
    made.save(update_fields=["answers"])
    made.case.owner = desk
    made.case.save(update_fields=["owner"])
    return made


def given() -> list[tuple[date, int]]:
    return list(DeadlineWarning.objects.order_by("pk").values_list("on", "days"))


def told(user: User) -> list[tuple[str, str, str]]:
    rows = Notice.objects.filter(user=user, event__startswith="deadline").order_by("pk")
    return [(row.event, row.facts["day_on"], row.facts["left"]) for row in rows]


def test_the_day_to_begin_is_warned_of_ten_five_and_two_working_days_ahead_and_when_it_is_over(
    need: Need, desk: User, owner: User
) -> None:
    for day in range(35):
        warnings.warn(at(26, month=11) + day * DAY)
        if day == 15:  # 11 December
            assert given() == [(date(2026, 12, 14), 10), (date(2026, 12, 14), 5), (date(2026, 12, 14), 2)]
    assert given()[3:] == [(date(2026, 12, 14), 0)]
    assert told(owner) == [("deadline_enterprise", "2026-12-14", left) for left in ("10", "5", "2")]
    assert told(desk) == [("deadline_desk", "2026-12-14", left) for left in ("10", "5", "2", "")]


def test_once_an_institution_has_taken_it_on_the_date_itself_counts(need: Need, desk: User, owner: User) -> None:
    referral = make_referral(need, make_institution(), state=ReferralState.IN_PROGRESS, by=desk, now=at(1))
    for day in range(1, 29):
        warnings.warn(at(day))
    assert given() == [(date(2026, 12, 25), days) for days in (10, 5, 2, 0)]
    type(referral).objects.filter(pk=referral.pk).update(state=ReferralState.DELIVERED)
    Need.objects.filter(pk=need.pk).update(state="awaiting_confirmation")
    DeadlineWarning.objects.all().delete()
    assert warnings.warn(at(24)) == 0 and given() == []


def test_a_schedule_that_was_away_warns_by_the_narrowest_step_and_never_goes_back(need: Need, owner: User) -> None:
    assert [warnings.warn(moment) for moment in (at(11), at(11), at(3), at(11, 11))] == [1, 0, 0, 0]
    assert given() == [(date(2026, 12, 14), 2)]
    assert told(owner) == [("deadline_enterprise", "2026-12-14", "2")]


def test_another_answer_is_another_day(need: Need) -> None:
    warnings.warn(at(11))
    Need.objects.filter(pk=need.pk).update(answers={"until": "2026-12-31"})
    warnings.warn(at(11))
    assert given() == [(date(2026, 12, 14), 2), (date(2026, 12, 18), 10)]


@pytest.mark.parametrize("answers", [{}, {"until": ""}, {"until": "as soon as possible"}, {"until": 20261225}])
def test_who_named_no_date_is_not_warned(need: Need, answers: dict[str, Any]) -> None:
    Need.objects.filter(pk=need.pk).update(answers=answers)
    assert warnings.warn(at(24)) == 0


def test_curators_decide_how_far_ahead(need: Need) -> None:
    WarningStep.objects.exclude(days=5).update(active=False)
    assert loading.load() == ["Warnings of statutory dates: 0 created"]
    assert [warnings.warn(at(day)) for day in (2, 4, 8, 10, 15)] == [0, 0, 1, 0, 1]
    assert [days for _on, days in given()] == [5, 0]


def test_without_a_contact_person_the_leads_hear_of_it(need: Need, desk: User) -> None:
    lead = make_user(Role.TEAM_LEAD)
    desk.is_active = False
    desk.save(update_fields=["is_active"])
    warnings.warn(at(11))
    assert told(lead) == [("deadline_desk", "2026-12-14", "2")]


def test_what_is_taken_on_overnight_is_not_written_about_in_the_morning(
    need: Need, desk: User, owner: User, smtp: MailSink
) -> None:
    other = make(desk, owner)
    warnings.warn(at(10, 22))
    make_referral(need, make_institution(), state=ReferralState.ACCEPTED, by=desk, now=at(11, 8))
    for moment in (at(10, 22), at(11, 8), at(11, 9)):
        sweeper.sweep(moment)
    rows = Notice.objects.filter(event__startswith="deadline").order_by("pk")
    left = {(row.facts["number"], row.user) for row in rows if row.mailed_at}
    held = {(row.facts["number"], row.user) for row in rows if row.refusal}
    assert left == {(other.case.number, owner), (other.case.number, desk)}
    assert held == {(need.case.number, owner), (need.case.number, desk)}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_words_name_the_date_what_is_left_and_what_to_do(language: str) -> None:
    facts = {"number": "QS-1", "need": "1", "item_zh": "强制检定", "item_en": "Verification"}
    facts |= {"needed_on": NEEDED, "day_on": "2026-12-14"}
    said = {
        (event, taken, left): render(event, facts | {"taken": taken, "left": left}, language=language, path="/c/")
        for event in (warnings.DESK, warnings.ENTERPRISE)
        for taken in ("", "yes")
        for left in (("", "1", "5") if event == warnings.DESK else ("1", "5"))
    }
    with override(language):
        assert len({(words.subject, words.text) for words in said.values()}) >= 9
    for words in said.values():
        assert "QS-1" in words.subject and "25" in words.subject + words.text and "{" not in words.text
    assert "5" in said[warnings.DESK, "yes", "5"].text


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_warn_once(need: Need, owner: User) -> None:
    barrier, wrong = Barrier(2), []

    def run() -> None:
        try:
            barrier.wait()
            warnings.warn(at(11), size=1)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, len(given()), len(told(owner))) == ([], 1, 1)


def test_many_needs_cost_the_same_few_questions(
    need: Need, desk: User, owner: User, django_assert_num_queries: Any
) -> None:
    warnings.warn(at(11))
    for _number in range(3):
        make(desk, owner, "2027-06-30")
    with django_assert_num_queries(5):
        assert warnings.warn(at(11)) == 0


def test_a_station_that_works_on_mondays_is_warned_in_its_own_working_time(desk: User, owner: User, need: Need) -> None:
    mondays = WorkCalendar.objects.create(code="mondays", name_zh="周一", weekly={"mon": [["09:00", "16:00"]]})
    Station.objects.filter(pk=need.case.station_id).update(calendar=mondays)
    assert warnings.warn(at(12, month=10)) == 1, "ten Mondays before the 25th of December"
