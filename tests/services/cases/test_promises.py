"""Which clocks run in which state, what becomes of it in the rows, and who waits for whom."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from portal.accounts.roles import Role
from services.cases import actions as cases
from services.cases import promises
from services.cases.actors import Actor
from services.cases.faults import IllegalMove
from services.cases.models import Audience, Case, Need, Referral, Verb
from services.cases.states import CASE_STEPS, REFERRAL_STEPS, CaseState, NeedState, ReferralState
from services.clocks import actions as clocks
from services.clocks.calendar import Calendar
from services.clocks.models import ClockSegment, WorkCalendar
from services.clocks.names import Waiting
from services.directory.models import ProviderCalendar
from tests.factories import (
    NOW,
    WAYS,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_user,
    move_referral,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
STEPS = [(state, to) for state in promises.REFERRAL_CLOCKS for to in sorted(REFERRAL_STEPS[ReferralState(state)])]


def shown(kind: str, pk: int) -> dict[str, str]:
    """The open clocks of a row, with why they stand still or "" where they run."""
    return dict(ClockSegment.objects.of(kind, pk).open().values_list("clock", "reason"))


def earliest(*kinds: tuple[str, int]) -> datetime | None:
    dues = [
        segment.due_at
        for kind, pk in kinds
        for segment in ClockSegment.objects.of(kind, pk).open()
        if segment.due_at and segment.clock in promises.PROMISED[kind]
    ]
    return min(dues, default=None)


def agrees(referral: Referral) -> None:
    """The open clocks are exactly those of the tables, and the rows owe the earliest of them."""
    referral.refresh_from_db()
    need, case = Need.objects.get(pk=referral.need_id), Case.objects.get(pk=referral.case_id)
    assert shown("referral", referral.pk) == promises.REFERRAL_CLOCKS.get(referral.state, {})
    assert shown("need", need.pk) == promises.NEED_CLOCKS.get(need.state, {})
    assert shown("case", case.pk) == promises.CASE_CLOCKS.get(case.state, {})
    assert referral.due_at == earliest(("referral", referral.pk))
    assert need.due_at == earliest(("need", need.pk))
    assert case.due_at == earliest(("referral", referral.pk), ("need", need.pk), ("case", case.pk))
    assert bool(case.due_at) == bool(case.due_clock)


@pytest.mark.parametrize("state", sorted(WAYS))
def test_every_state_of_a_referral_runs_exactly_the_clocks_of_the_table(state: str) -> None:
    agrees(make_referral(state=state))


@pytest.mark.parametrize(("state", "to"), STEPS)
def test_every_legal_step_leaves_exactly_the_clocks_of_the_table(state: str, to: str) -> None:
    referral = make_referral(state=state)
    columns: dict[str, object] = {f"{to}_at": LATER} if to in {"delivered", "confirmed"} else {}
    columns |= {"decline_reason": "other"} if to == ReferralState.DECLINED else {}
    by = Actor.of(referral.handler)
    cases.move(referral, to, verb=Verb.MOVED, by=by, now=LATER, audience=Audience.SHARED, **columns)
    agrees(referral)


@pytest.mark.parametrize("to", sorted(CASE_STEPS[CaseState.RETURNED]))
def test_a_returned_case_ends_or_goes_on_with_the_clocks_of_the_table(to: str) -> None:
    desk = make_user(Role.SPECIALIST)
    case = cases.ask(make_case(), "哪一年的证书？", by=desk, now=LATER)
    assert shown("case", case.pk) == promises.CASE_CLOCKS[CaseState.RETURNED]
    merged = {"merged_into": make_case()} if to == CaseState.MERGED else {}
    cases.move(case, to, verb=Verb.MOVED, by=Actor.of(desk), now=LATER, audience=Audience.ENTERPRISE, **merged)
    wanted = promises.CASE_CLOCKS.get(to, {})
    assert shown("case", case.pk) == {clock: why for clock, why in wanted.items() if clock != "first_contact"}


# First contact


def test_a_need_that_was_sent_is_owed_a_first_contact_and_triage() -> None:
    case = make_case()
    assert shown("case", case.pk) == {"first_contact": "", "triage": ""}
    assert (case.due_clock, case.due_at) == ("first_contact", NOW + timedelta(days=3)), "Friday ten to Monday ten"


def test_whoever_spoke_to_the_centre_is_owed_no_first_contact() -> None:
    case = make_case(recorder=make_user(Role.SPECIALIST))
    assert shown("case", case.pk) == {"triage": ""}


def test_taking_a_case_or_noting_among_colleagues_is_no_contact_and_speaking_is() -> None:
    case, desk = make_case(), make_user(Role.SPECIALIST)
    cases.take(case, by=desk, now=NOW)
    cases.note(case, "内部", by=Actor.of(desk), now=NOW, audience=Audience.INTERNAL)
    case.refresh_from_db()
    assert (case.due_clock, shown("case", case.pk)) == ("first_contact", {"first_contact": "", "triage": ""})
    cases.note(case, "已电话沟通", by=Actor.of(desk), now=NOW, audience=Audience.ENTERPRISE)
    case.refresh_from_db()
    assert (case.due_clock, shown("case", case.pk)) == ("triage", {"triage": ""})


def test_sending_a_need_costs_no_more_statements_for_its_second_clock(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    case = make_case()
    with django_assert_num_queries(2):
        promises.of_case(case.__class__(pk=case.pk + 999_999, station=case.station), "submitted", now=NOW, before="")


# Matching


def test_a_seeking_need_is_promised_an_institution_and_makes_its_case_due() -> None:
    need = make_need()
    assert (need.due_at, need.case.due_at, need.case.due_clock) == (need.due_at, need.due_at, "matching")
    assert need.due_at == NOW + timedelta(days=3), "one working day"
    assert list(Case.objects.overdue(NOW + timedelta(days=4))) == [need.case]


def test_a_need_that_becomes_urgent_has_to_be_matched_sooner() -> None:
    need = make_need()
    calm = need.due_at
    cases.describe(
        need, description="停线", answers={}, urgency="urgent", by=Actor.of(need.case.owner), now=NOW, note="停线"
    )
    need.refresh_from_db()
    need.case.refresh_from_db()
    assert calm and need.due_at and need.due_at < calm
    assert need.case.due_at == need.due_at


def test_the_needs_of_one_triage_start_in_the_statements_of_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    needs = [make_need(make_case(enterprise=make_enterprise())) for _each in range(3)]
    for need in needs:
        clocks.stop("need", need.pk, now=NOW)
    case = Case.objects.select_related("station").get(pk=needs[0].case_id)
    with django_assert_num_queries(3):
        promises.seek(case, needs, now=LATER)


# Waiting


def test_work_that_waits_for_a_sample_stands_still_with_who_and_why_until_it_comes() -> None:
    referral = make_referral(state=ReferralState.IN_PROGRESS)
    provider, due = Actor.of(make_user(Role.PROVIDER)), referral.due_at
    cases.wait(referral, Waiting.SAMPLE, by=provider, now=NOW, note="请寄三件样品")
    referral.refresh_from_db()
    referral.case.refresh_from_db()
    assert (referral.due_at, referral.waiting_for, referral.waiting_since) == (None, "sample", NOW)
    assert referral.case.due_at is None
    pause = ClockSegment.objects.of("referral", referral.pk, "delivery").open().get()
    assert (pause.kind, pause.reason, pause.actor) == ("pause", "sample", str(provider))
    cases.go_on(referral, by=provider, now=NOW + timedelta(days=7), note="样品已到")
    referral.refresh_from_db()
    assert due and (referral.due_at, referral.waiting_for) == (due + timedelta(days=7), "")
    assert [event.verb for event in referral.events.order_by("-id")[:2]] == [Verb.RESUMED, Verb.WAITED]


def test_before_the_plan_the_plan_stands_still_too() -> None:
    referral = make_referral(state=ReferralState.ACCEPTED)
    cases.wait(referral, Waiting.DATA, by=Actor.of(referral.handler), now=NOW, note="请提供图纸")
    assert shown("referral", referral.pk) == {"plan": "data", "delivery": "data"}


def test_whatever_step_is_taken_ends_the_waiting() -> None:
    referral = make_referral(state=ReferralState.IN_PROGRESS)
    cases.wait(referral, Waiting.SAMPLE, by=Actor.of(referral.handler), now=NOW, note="请寄样品")
    move_referral(referral, ReferralState.DELIVERED, by=referral.handler, now=LATER)
    agrees(referral)
    assert referral.waiting_for == ""


def test_only_work_can_wait() -> None:
    referral = make_referral()
    with pytest.raises(IllegalMove):
        cases.wait(referral, Waiting.SAMPLE, by=Actor.of(referral.handler), now=NOW, note="x")


# Whose calendar


def calendar_of_mornings(code: str) -> WorkCalendar:
    call_command("load_reference", verbosity=0) if not WorkCalendar.objects.exists() else None
    week = {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return WorkCalendar.objects.create(code=code, name_zh=code, weekly=week, working_day_minutes=180)


def test_each_clock_counts_in_the_working_time_of_whoever_it_binds() -> None:
    of_station, of_institution = calendar_of_mornings("mornings-a"), calendar_of_mornings("mornings-b")
    case = make_case(enterprise=make_enterprise())
    case.station.calendar = of_station
    case.station.save(update_fields=["calendar"])
    institution = make_institution()
    ProviderCalendar.objects.create(institution=institution, calendar=of_institution)
    referral = make_referral(make_need(case), institution, state=ReferralState.DELIVERED)
    used = ClockSegment.objects.exclude(clock__in=["first_contact", "triage"]).values_list("clock", "calendar__code")
    assert dict(used.distinct()) == {
        "matching": "mornings-a",
        "answer": "mornings-b",
        "plan": "mornings-b",
        "delivery": "mornings-b",
        "confirmation": "mornings-a",
    }
    assert isinstance(referral.case.station.calendar.as_calendar(), Calendar)


# A published calendar


def test_a_moved_promise_moves_the_referral_and_its_case() -> None:
    referral = make_referral(state=ReferralState.ACCEPTED)
    moved = NOW + timedelta(days=30)
    ClockSegment.objects.of("referral", referral.pk, "plan").open().update(due_at=moved)
    promises.store_dues("referral", "plan", {referral.pk: moved})
    referral.refresh_from_db()
    referral.case.refresh_from_db()
    assert (referral.due_clock, referral.case.due_clock) == ("delivery", "delivery"), "now the earlier of the two"
    assert referral.due_at == referral.case.due_at == earliest(("referral", referral.pk))


def test_a_moved_matching_clock_moves_the_need_and_its_case() -> None:
    need, moved = make_need(), NOW + timedelta(days=9)
    promises.store_dues("need", "matching", {need.pk: moved})
    need.refresh_from_db()
    need.case.refresh_from_db()
    assert (need.due_at, need.case.due_at, need.case.due_clock) == (moved, moved, "matching")


@pytest.mark.parametrize("clock", ["call_back", "rectification", "appeal"])
def test_what_else_runs_on_a_referral_never_becomes_its_promise(clock: str) -> None:
    referral = make_referral(state=ReferralState.IN_PROGRESS)
    due = referral.due_at
    clocks.start("referral", referral.pk, clock, now=NOW)
    promises.store_dues("referral", clock, {referral.pk: NOW + timedelta(days=99)})
    referral.refresh_from_db()
    assert referral.due_at == due


# Taken up again


@pytest.mark.parametrize("state", [NeedState.FULFILLED, NeedState.UNMET, NeedState.WITHDRAWN])
def test_a_settled_need_is_taken_up_again_as_a_new_one(state: str) -> None:
    if state == NeedState.FULFILLED:
        old = make_referral(state=ReferralState.CONFIRMED).need
    else:
        fresh = make_need()
        old = cases.decide(fresh, NeedState(state), by=Actor.of(fresh.case.owner), now=NOW, reason="无机构")
    before = Need.objects.filter(pk=old.pk).values().get()
    new = cases.reopen(old, by=Actor.of(make_user(Role.TEAM_LEAD)), now=LATER, reason="问题没有解决")
    case = Case.objects.get(pk=old.case_id)
    assert (new.reopens, new.position, new.item, new.description) == (old, 2, old.item, old.description)
    assert (new.state, case.state, case.closed_at, case.due_clock) == ("seeking", "in_service", None, "matching")
    assert Need.objects.filter(pk=old.pk).values().get() == before, "nothing about the old one changes"
    line = case.events.latest("id")
    assert (line.verb, line.need, line.note) == (Verb.REOPENED, new, "问题没有解决")
    assert new.promised_on and new.promised_on > LATER.date()
    with pytest.raises(IllegalMove):
        cases.reopen(old, by=Actor.of(case.owner), now=LATER, reason="again")


def test_what_is_under_way_is_not_taken_up_again() -> None:
    need = make_need(item=make_item())
    with pytest.raises(IllegalMove):
        cases.reopen(need, by=Actor.of(need.case.owner), now=NOW, reason="x")
    assert Need.objects.count() == 1
