"""What is late, whose turn it is, how late in working time, and what went out for it: as a page and for programs."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases.models import Case
from services.chasers import actions, late
from services.clocks import actions as clocks
from services.clocks.models import WorkCalendar
from services.stations.models import Station
from tests.authz.world import signed_in
from tests.factories import (
    NOW,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_station,
    make_user,
)
from tests.services.chasers.rows import DUE, at, make_rule

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 3, 2, 10, 0, tzinfo=NOW.tzinfo)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def lead(standard: WorkCalendar) -> User:
    return make_user(Role.TEAM_LEAD)


def late_case(**fields: Any) -> Case:
    """One promise only: a triage that was due long ago."""
    case = make_case(now=LONG_AGO, **fields)
    clocks.stop("case", case.pk, now=LONG_AGO)
    clocks.start("case", case.pk, "triage", now=LONG_AGO)
    return case


def numbers(user: User, now: datetime = DUE + DAY) -> list[str]:
    promises = list(late.promises(user, now=now).order_by("due_at", "pk"))
    return [row.subject.case.number for row in late.rows(promises, now=now) if row.subject.case]


# Which


def test_what_is_past_due_or_due_today_is_listed_and_nothing_else(lead: User) -> None:
    late_one, today, tomorrow, paused, done = (late_case() for _ in range(5))
    for case, start in ((late_one, NOW - DAY), (today, NOW), (tomorrow, NOW + 3 * DAY), (paused, NOW), (done, NOW)):
        clocks.start("case", case.pk, "triage", now=start)
    clocks.pause("case", paused.pk, "triage", now=NOW + HOUR, reason="returned")
    clocks.stop("case", done.pk, "triage", now=NOW + HOUR)
    assert numbers(lead, DUE - 5 * HOUR) == [late_one.number, today.number]


def test_a_lead_sees_their_stations_a_specialist_their_own_cases_and_others_nothing(lead: User) -> None:
    window = make_station(parent=make_station())
    here, there = late_case(), late_case(station=window)
    elsewhere, own = make_user(Role.TEAM_LEAD, station=window), make_user(Role.SPECIALIST)
    Case.objects.filter(pk=there.pk).update(owner=own)
    seen = {user: numbers(user) for user in (lead, elsewhere, own, make_user(Role.SPECIALIST), make_user(Role.AUDITOR))}
    assert list(seen.values()) == [[here.number, there.number], [there.number], [there.number], [], []]


def test_promises_of_needs_and_referrals_stand_with_their_case(lead: User) -> None:
    referral = make_referral(make_need(make_case(now=LONG_AGO), now=LONG_AGO), now=LONG_AGO)
    need = make_need(make_case(now=LONG_AGO), now=LONG_AGO)
    for kind, pk, clock in (("referral", referral.pk, "answer"), ("need", need.pk, "matching")):
        clocks.stop(kind, pk, now=LONG_AGO)
        clocks.start(kind, pk, clock, now=LONG_AGO)
    assert set(numbers(lead)) >= {referral.case.number, need.case.number}


def test_what_somebody_may_do_and_need_not_is_never_late(lead: User) -> None:
    case = late_case()
    clocks.stop("case", case.pk, now=NOW)
    clocks.start("case", case.pk, "appeal_window", now=LONG_AGO)
    assert numbers(lead) == []


# How it is told


def test_whose_turn_it_is_and_how_late_in_working_time(lead: User) -> None:
    """Due on Friday at ten; on Monday at eleven, four hours of Friday … one weekend and one more day later."""
    make_rule(audience="team_lead", level="escalation_1")
    case = late_case(enterprise=make_enterprise())
    clocks.start("case", case.pk, "triage", now=NOW)
    monday = at("2026-11-30 11:00")
    actions.chase(DUE)
    with translation.override("zh-hans"):
        [row] = late.rows(list(late.promises(lead, now=monday)), now=monday)
    assert (row.holder, row.minutes_late) == ("desk", 4 * 420 + 60)
    assert row.whose_turn == f"服务专员 · {case.station.name_zh}"
    assert [(each.reached, each.rule.level, each.at) for each in row.chases] == [("team_lead", "escalation_1", DUE)]


def test_the_holder_is_named_where_one_is_known(lead: User) -> None:
    owner, firm = make_user(Role.SPECIALIST, name="张专员"), make_enterprise(name="示例陶瓷有限公司")
    institution = make_institution(name_zh="示例检测院")
    need = make_need(make_case(enterprise=firm, now=LONG_AGO), by=owner, now=LONG_AGO)
    referral = make_referral(need, institution, by=owner, now=LONG_AGO)
    for clock in ("answer", "confirmation", "appeal"):
        clocks.start("referral", referral.pk, clock, now=LONG_AGO)
    clocks.start("need", need.pk, "matching", now=LONG_AGO)
    with translation.override("zh-hans"):
        rows = late.rows(list(late.promises(lead, now=NOW)), now=NOW)
    named = {row.subject.segment.clock: row.whose_turn for row in rows}
    assert [named[clock] for clock in ("answer", "confirmation", "matching", "appeal")] == [
        "示例检测院",
        "示例陶瓷有限公司",
        "张专员",
        f"申诉专员 · {need.case.station.name_zh}",
    ]


# The page


def test_the_page_names_the_case_the_turn_and_the_chasers_in_both_languages(lead: User) -> None:
    case = late_case()
    make_rule(audience="centre_lead", level="escalation_2")
    actions.chase(timezone.now())
    chinese = signed_in(lead).get("/late/").content.decode()
    client = signed_in(lead)
    client.cookies["django_language"] = "en"
    english = client.get("/late/").content.decode()
    words = {
        chinese: ("逾期与催办", "无人可通知", "已逾期"),
        english: ("What is late", "nobody could be told", "overdue by"),
    }
    for page, said in words.items():
        assert [word for word in (case.number, *said) if word not in page] == []


def test_an_empty_page_says_what_to_do_next(lead: User) -> None:
    client = signed_in(lead)
    assert "目前没有逾期事项" in client.get("/late/").content.decode()
    late_case()
    assert "没有符合条件的逾期事项" in client.get("/late/?clock=appeal").content.decode()


def test_clock_board_and_station_narrow_it_and_nonsense_does_not_break_it(lead: User) -> None:
    window = make_station(parent=make_station())
    late_case()
    item = make_item("CA")
    need = make_need(make_case(now=LONG_AGO, station=window), item, now=LONG_AGO)
    clocks.stop("need", need.pk, now=LONG_AGO)
    clocks.start("need", need.pk, "matching", now=LONG_AGO)
    client = signed_in(lead)

    def shown(query: str) -> set[str]:
        rows = client.get(f"/late/?{query}").context["rows"]
        return {row.subject.segment.clock for row in rows if row.subject.segment.clock in {"triage", "matching"}}

    assert shown("clock=triage") == {"triage"}
    assert shown("board=CA") == {"matching"}
    assert shown(f"station={window.pk}") == {"matching"}
    assert shown("clock=x&board=ZZ&station=999999&after=~&before=x") == {"triage", "matching"}


def test_stations_are_counted_where_there_are_several(lead: User) -> None:
    window = make_station(parent=make_station())
    for station in (window, window, Station.objects.get(parent=None)):
        late_case(station=station)
    assert {each.station.pk: each.promises for each in late.by_station(lead, now=NOW)} == {
        window.pk: 2,
        make_station().pk: 1,
    }


def test_the_pages_follow_one_another_by_what_was_due_first(lead: User) -> None:
    cases = [late_case() for _ in range(26)]
    client = signed_in(lead)
    first = client.get("/late/").context
    second = client.get("/late/", {"after": first["page"].more}).context
    assert [row.subject.case.number for row in (*first["rows"], *second["rows"])] == [one.number for one in cases]
    assert second["page"].more == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_row_and_for_three(
    lead: User, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(rows):
        late_case(enterprise=make_enterprise())
    make_rule(audience="team_lead")
    actions.chase(NOW)
    client = signed_in(lead)
    client.get("/late/")
    with django_assert_num_queries(10):  # with the savepoint around a request
        assert len(client.get("/late/").context["rows"]) == rows


# For programs


@pytest.mark.parametrize("rows", [1, 3])
def test_a_program_reads_the_same_in_as_many_queries_for_one_row_and_for_three(
    lead: User, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    cases = [late_case() for _ in range(rows)]
    rule = make_rule(audience="team_lead")
    actions.chase(NOW)
    client = signed_in(lead)
    client.get("/api/v1/late/")
    with django_assert_num_queries(6):  # with the savepoint around a request
        answer = client.get("/api/v1/late/").json()["results"]
    assert [one["case"] for one in answer] == [case.number for case in cases]
    first = answer[0]
    assert first["minutes_late"] > 420
    del first["minutes_late"], first["id"]
    assert first == {
        "case": cases[0].number,
        "station": cases[0].station_id,
        "referral": None,
        "item": None,
        "clock": "triage",
        "turn": "desk",
        "whose_turn": f"服务专员 · {cases[0].station.name_zh}",
        "due_at": "2026-03-04T10:00:00+08:00",
        "chasers": [
            {
                "rule": rule.code,
                "rule_version": 1,
                "level": "reminder",
                "meant_for": "team_lead",
                "reached": "team_lead",
                "told": 1,
                "at": "2026-11-20T10:00:00+08:00",
            }
        ],
    }


def test_a_program_may_narrow_it_and_hears_of_nonsense(lead: User) -> None:
    late_case()
    client = signed_in(lead)
    assert client.get("/api/v1/late/?clock=delivery").json()["results"] == []
    assert client.get("/api/v1/late/?clock=nonsense").status_code == 400


def test_who_may_not_look(client: Client) -> None:
    assert client.get("/late/").status_code == 302
    assert [signed_in(make_user(role)).get("/late/").status_code for role in (Role.ENTERPRISE, Role.CURATOR)] == [
        403
    ] * 2
