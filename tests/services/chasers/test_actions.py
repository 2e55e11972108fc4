"""A rule comes to each promise once, and tells whoever it is about at the first level that has anybody."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.notices.rendering import render
from portal.outbox.models import Message
from services.cases.models import CaseEvent, Verb
from services.cases.states import ReferralState
from services.chasers import actions
from services.chasers.models import Chase
from services.clocks import actions as clocks
from services.clocks import publishing
from services.clocks.models import CalendarDay, ClockPolicy, ClockSegment, WorkCalendar
from services.directory.models import ProviderCalendar
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
from tests.services.chasers.rows import DUE, at, effects, make_rule, told

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _hours(standard: WorkCalendar) -> None:
    """Every test has the standard calendar."""


@pytest.fixture
def specialist() -> User:
    return make_user(Role.SPECIALIST, username="specialist", email="s@centre.example")


# When


@pytest.mark.parametrize(
    ("amount", "unit", "from_then_on"),
    [
        (0, "minutes", "2026-11-24 10:00"),
        (-30, "minutes", "2026-11-24 09:30"),
        (-60, "minutes", "2026-11-23 17:30"),
        (-120, "minutes", "2026-11-23 16:30"),
        (Decimal("-0.5"), "working_days", "2026-11-23 15:00"),
        (-1, "working_days", "2026-11-23 10:00"),
        (60, "minutes", "2026-11-24 11:00"),
        (1, "working_days", "2026-11-25 10:00"),
        (4, "working_days", "2026-11-30 10:00"),
    ],
)
def test_a_rule_comes_at_its_distance_in_working_time(
    specialist: User, amount: Decimal, unit: str, from_then_on: str
) -> None:
    make_rule(amount=amount, unit=unit)
    make_case()
    moment = at(from_then_on)
    assert [actions.chase(moment - MINUTE), actions.chase(moment), actions.chase(moment + DAY)] == [0, 1, 0]
    assert effects() == (1, 1, 0)


def test_a_warning_longer_than_the_promise_itself_is_not_given(specialist: User) -> None:
    make_rule(amount=-2, unit="working_days")
    make_case()
    assert actions.chase(NOW + MINUTE) == 0


def test_a_rule_out_of_use_and_a_rule_for_another_clock_do_nothing(specialist: User) -> None:
    make_rule(active=False)
    make_rule("delivery")
    make_case()
    assert actions.chase(DUE + DAY) == 0


def test_a_stopped_clock_is_not_chased(specialist: User) -> None:
    make_rule()
    case = make_case()
    clocks.stop("case", case.pk, "triage", now=NOW)
    assert actions.chase(DUE + DAY) == 0


def test_a_paused_clock_is_not_chased_and_goes_on_to_be_once_it_runs(specialist: User) -> None:
    make_rule()
    case = make_case()
    clocks.pause("case", case.pk, "triage", now=NOW + MINUTE, reason="returned")
    assert actions.chase(DUE + DAY) == 0
    clocks.resume("case", case.pk, "triage", now=NOW + 5 * DAY)
    assert [actions.chase(DUE + 2 * DAY), actions.chase(DUE + 9 * DAY)] == [0, 1]


def test_a_clock_that_was_paused_after_its_reminder_is_not_reminded_of_again(specialist: User) -> None:
    make_rule(amount=-1, unit="working_days")
    case = make_case()
    assert actions.chase(DUE - DAY) == 1
    clocks.pause("case", case.pk, "triage", now=DUE - DAY + MINUTE, reason="returned")
    clocks.resume("case", case.pk, "triage", now=DUE + DAY)
    assert actions.chase(DUE + 9 * DAY) == 0


def test_another_policy_keeps_the_marks(specialist: User) -> None:
    make_rule(amount=-1, unit="working_days")
    make_case()
    assert actions.chase(DUE - DAY) == 1
    policy = ClockPolicy.objects.get(clock="triage", urgency="")
    publishing.change_policy(policy, amount=Decimal(4), unit=policy.unit, running=True)
    list(publishing.refresh())
    assert ClockSegment.objects.get(clock="triage").due_at == at("2026-11-26 10:00")
    assert actions.chase(at("2026-11-27 10:00")) == 0


def test_a_clock_counted_anew_is_chased_anew(specialist: User) -> None:
    make_rule()
    case = make_case()
    assert actions.chase(DUE) == 1
    clocks.start("case", case.pk, "triage", now=DUE + DAY)
    assert [actions.chase(DUE + 2 * DAY), actions.chase(DUE + 9 * DAY)] == [0, 1]


def test_each_clock_is_chased_by_its_own_calendar(specialist: User) -> None:
    """The second one is closed on Tuesday: an hour after ten o'clock on Tuesday lies on Wednesday."""
    make_rule(amount=60)
    weekly = WorkCalendar.objects.get().weekly
    closed = WorkCalendar.objects.create(code="base", name_zh="基地", weekly=weekly)
    CalendarDay.objects.create(calendar=closed, date=DUE.date(), windows=[])
    here, there = make_case(), make_case()
    ClockSegment.objects.filter(subject_id=there.pk, clock="triage").update(calendar=closed)
    assert actions.chase(DUE + timedelta(hours=1)) == 1
    assert Chase.objects.get().subject_id == here.pk
    assert [actions.chase(at("2026-11-25 09:59")), actions.chase(at("2026-11-25 10:00"))] == [0, 1]


def test_a_calendar_that_never_opens_again_holds_up_nobody_else(
    specialist: User, caplog: pytest.LogCaptureFixture
) -> None:
    make_rule(amount=1, unit="working_days")
    broken = WorkCalendar.objects.create(code="broken", name_zh="坏", weekly={}, timezone="Asia/Shanghai")
    stuck, other = make_case(), make_case()
    ClockSegment.objects.filter(subject_id=stuck.pk, clock="triage").update(calendar=broken)
    assert actions.chase(DUE + DAY) == 1
    assert Chase.objects.get().subject_id == other.pk
    assert "Calendar broken cannot say" in caplog.text


# Who


def test_before_anybody_has_taken_the_case_all_specialists_of_the_station_are_reminded(specialist: User) -> None:
    make_user(Role.SPECIALIST, username="second")
    make_user(Role.SPECIALIST, username="elsewhere", station=make_station(parent=make_station()))
    make_user(Role.SPECIALIST, username="gone", is_active=False)
    make_rule()
    make_case()
    actions.chase(DUE)
    assert told() == [("specialist", "chaser_desk"), ("second", "chaser_desk")]


def test_the_contact_person_alone_is_reminded_once_there_is_one(specialist: User) -> None:
    make_user(Role.SPECIALIST)
    make_rule("matching")
    need = make_need(by=specialist)
    _run("need", need.pk, "matching")
    actions.chase(DUE)
    assert told() == [("specialist", "chaser_desk")]


def test_a_post_without_a_lead_escalates_to_the_lead_of_the_station_above() -> None:
    post = make_station(parent=make_station())
    make_user(Role.TEAM_LEAD, username="lead")
    make_rule(audience="team_lead", level="escalation_1")
    make_case(station=post)
    actions.chase(DUE)
    assert told() == [("lead", "chaser_lead")]
    assert [(row.meant_for, row.reached, row.told) for row in Chase.objects.all()] == [("team_lead", "team_lead", 1)]


def test_where_an_audience_has_nobody_the_next_level_is_told_and_the_mark_says_so() -> None:
    make_user(Role.TEAM_LEAD, is_active=False)
    make_user(Role.CENTRE_LEAD, username="head")
    make_rule()
    make_case()
    actions.chase(DUE)
    assert told() == [("head", "chaser_lead")]
    row = Chase.objects.get()
    assert (row.meant_for, row.reached, row.told, row.went_elsewhere) == ("desk", "centre_lead", 1, True)


def test_where_nobody_is_left_at_all_the_mark_says_that() -> None:
    make_rule(audience="centre_lead", level="escalation_2")
    make_case()
    assert actions.chase(DUE) == 1
    row = Chase.objects.get()
    assert (row.meant_for, row.reached, row.told) == ("centre_lead", "", 0)
    assert effects() == (1, 0, 1)


def test_an_institution_is_reminded_of_its_answer_at_its_own_page() -> None:
    person = make_user(Role.PROVIDER, username="lab", email="lab@lab.example")
    referral = make_referral(institution=make_institution(person))
    make_rule("answer", amount=-60, channel="text")
    actions.chase(DUE - timedelta(hours=1))
    assert told() == [("lab", "chaser_provider")]
    assert Notice.objects.get(event="chaser_provider").path == f"/delivery/{referral.pk}/"


def test_an_institution_without_active_people_is_chased_at_the_desk(specialist: User) -> None:
    institution = make_institution(make_user(Role.PROVIDER, is_active=False))
    make_referral(make_need(by=specialist), institution, by=specialist)
    make_rule("answer")
    actions.chase(DUE)
    assert told() == [("specialist", "chaser_desk")]
    assert Chase.objects.get().went_elsewhere


def test_the_enterprise_is_reminded_to_confirm_by_all_its_people() -> None:
    owner, colleague = make_user(username="owner"), make_user(username="colleague")
    firm = make_enterprise(owner)
    firm.memberships.create(user=colleague, state="active")
    firm.memberships.create(user=make_user(username="asking"), state="asked")
    make_referral(make_need(make_case(enterprise=firm, submitter=owner)), state=ReferralState.DELIVERED)
    make_rule("confirmation", amount=-1, unit="working_days")
    actions.chase(at("2026-11-26 10:00"))
    assert sorted(told()) == [("colleague", "chaser_enterprise"), ("owner", "chaser_enterprise")]


def test_who_called_and_has_no_account_is_reminded_by_the_contact_they_left(specialist: User) -> None:
    case = make_case(channel="phone", recorder=specialist)
    type(case).objects.filter(pk=case.pk).update(submitter=None)
    _run("case", case.pk, "supplement")
    make_rule("supplement")
    actions.chase(at("2026-12-04 10:00"))
    assert told() == [("wang@enterprise.example", "chaser_enterprise")]


def test_an_application_to_the_pool_is_the_curators() -> None:
    make_user(Role.CURATOR, username="curator")
    _run("application", 7, "onboarding")
    make_rule("onboarding")
    actions.chase(at("2026-12-11 10:00"))
    assert told() == [("curator", "chaser_desk")]
    assert Notice.objects.get(event="chaser_desk").path == "/pool/desk/applications/7/"


def test_an_application_is_told_to_the_centre_lead_when_there_is_no_curator() -> None:
    make_user(Role.CENTRE_LEAD, username="head")
    _run("application", 7, "onboarding")
    make_rule("onboarding", level="escalation_1")
    actions.chase(at("2026-12-11 10:00"))
    assert (told(), effects()) == ([("head", "chaser_lead")], (1, 1, 0))


# What


def test_an_escalation_leaves_one_line_for_staff_that_names_the_rule_and_who_was_told() -> None:
    make_user(Role.TEAM_LEAD, name="李组长")
    rule = make_rule(audience="team_lead", level="escalation_1")
    case = make_case()
    actions.chase(DUE)
    line = CaseEvent.objects.get(verb=Verb.ESCALATED)
    assert (line.case, line.audience, line.person, line.rule) == (case, "internal", None, f"chasers.{rule.code}/1")
    assert line.note == "李组长"


def test_a_reminder_leaves_no_line(specialist: User) -> None:
    make_rule()
    make_case()
    actions.chase(DUE)
    assert effects() == (1, 1, 0)


WORDS = {
    "chaser_desk": ("到期提醒", "Due now"),
    "chaser_lead": ("已逾期", "Overdue in your station"),
    "chaser_provider": ("到期提醒", "Due now"),
    "chaser_enterprise": ("温馨提醒", "A friendly reminder"),
}


@pytest.mark.parametrize(
    ("audience", "level"),
    [("desk", "reminder"), ("team_lead", "escalation_1"), ("provider", "reminder"), ("enterprise", "reminder")],
)
def test_each_audience_reads_number_item_promise_turn_and_link_in_its_language(audience: str, level: str) -> None:
    provider, owner, handler = make_user(Role.PROVIDER), make_user(), make_user(Role.SPECIALIST)
    make_user(Role.TEAM_LEAD)
    institution = make_institution(provider, name_zh="示例检测院", name_en="Model Laboratory")
    case = make_case(submitter=owner)
    item = make_item(name_zh="卫生陶瓷检测", name_en="Testing of sanitary ceramics")
    make_referral(make_need(case, item, by=handler), institution, by=handler)
    make_rule("answer", audience=audience, level=level)
    actions.chase(DUE)
    notice = Notice.objects.get(event__startswith="chaser_")
    for language, word, facts in (
        ("zh-hans", WORDS[notice.event][0], ("卫生陶瓷检测", "示例检测院", case.number)),
        ("en", WORDS[notice.event][1], ("Testing of sanitary ceramics", "Model Laboratory", case.number)),
    ):
        words = render(notice.event, notice.facts, language=language, path=notice.path)
        assert words.subject.startswith(word) or word in words.subject
        assert [fact for fact in (*facts, words.link) if fact not in words.text_with_link] == []


# Not at night


def test_midnight_notices() -> None:
    """Zammad #4432: escalations were mailed at midnight. Here they stand in the portal, and leave when work begins."""
    make_user(Role.TEAM_LEAD, email="lead@centre.example")
    make_rule(audience="team_lead", level="escalation_1")
    make_case()
    midnight = at("2026-11-28 00:00")
    assert actions.chase(midnight) == 1
    notice = Notice.objects.get(event="chaser_lead")
    assert notice.send_at == Message.objects.get(payload__notice=notice.key).due_at == at("2026-11-30 09:00")


def test_each_reader_is_written_to_in_their_own_hours() -> None:
    late = {day: [["13:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    evening = WorkCalendar.objects.create(code="evening", name_zh="晚班", weekly=late)
    station, institution = make_station(parent=make_station(), calendar=evening), make_institution()
    early = {"sat": [["08:00", "09:00"]]}
    ProviderCalendar.objects.create(
        institution=institution, calendar=WorkCalendar.objects.create(code="early", name_zh="早班", weekly=early)
    )
    institution.memberships.create(user=make_user(Role.PROVIDER, username="lab"))
    handler = make_user(Role.SPECIALIST, username="specialist", station=station)
    owner = make_user(username="owner")
    need = make_need(make_case(station=station, submitter=owner), by=handler)
    _run("referral", make_referral(need, institution, by=handler).pk, "answer")
    for audience in ("provider", "desk", "enterprise"):
        make_rule("answer", audience=audience)
    actions.chase(at("2026-11-28 03:00"))
    sent = Notice.objects.filter(event__startswith="chaser_").values_list("user__username", "send_at")
    assert dict(sent) == {
        "lab": at("2026-11-28 08:00"),
        "specialist": at("2026-11-28 13:00"),
        "owner": at("2026-11-30 09:00"),
    }


# How much


def test_many_promises_take_as_many_statements_as_one(specialist: User) -> None:
    make_rule(audience="team_lead", level="escalation_1")
    make_user(Role.TEAM_LEAD)
    counts = []
    for cases in (1, 5):
        for _ in range(cases):
            make_case(enterprise=make_enterprise())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert actions.chase(DUE) == cases
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_is_beyond_the_limit_waits_for_the_next_run(specialist: User) -> None:
    make_rule()
    for _ in range(5):
        make_case()
    assert [actions.chase(DUE, limit=3, size=2), actions.chase(DUE, size=2), actions.chase(DUE)] == [3, 2, 0]
    assert effects() == (5, 5, 0)


def _run(kind: str, pk: int, clock: str) -> None:
    clocks.stop(kind, pk, now=NOW)
    clocks.start(kind, pk, clock, now=NOW, working_days=None)
