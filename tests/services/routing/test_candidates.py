"""What is gathered about a need and its candidates, from real rows."""

from datetime import date, timedelta
from typing import Any

import pytest

from enterprises.models import Enterprise
from experts.actions import record_asking
from experts.models import AffiliateGroup, Institution
from services.cases.models import Need
from services.cases.states import ReferralState
from services.directory.models import Relationship
from services.directory.scopes import Line
from services.directory.standards import Standard
from services.routing import actions, candidates, tracks
from services.routing.facts import Candidate, Held, NeedFacts, Record, Tie
from services.routing.rules import FIRST
from tests.factories import (
    NOW,
    TODAY,
    days_ago,
    make_capability,
    make_case,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_rating,
    make_referral,
    make_region,
    move_referral,
)

pytestmark = pytest.mark.django_db
MOST_QUERIES = 7


def loaded(need: Need) -> Need:
    return actions.load(need.pk)


def gather(need: Need, now: Any = NOW) -> dict[int, Candidate]:
    need = loaded(need)
    tracks.reckon(now)
    field = candidates.gather(need, candidates.facts_of(need), FIRST, now=now)
    return {one.institution: one for one in field.candidates}


def asked_by(enterprise: Enterprise, **item: Any) -> Need:
    return make_need(make_case(enterprise=enterprise), make_item(**item))


def test_the_facts_of_a_need_come_from_item_answers_and_enterprise() -> None:
    rule = {
        "when": {"question": "report_use", "equals": "both"},
        "required_credentials": ["CMA", "CNAS_TESTING"],
        "credential_mode": "all",
        "conflict_role": "certify",
    }
    item = make_item(required_credentials=["CMA"], credential_rules=[rule], promised_working_days=7)
    make_credential(make_institution(), "CMA")
    enterprise = make_enterprise(region=make_region("510104"))
    answers = {
        "report_use": "both",
        "consultant_used": "yes",
        "consultant_name": " 甲咨询 ",
        "first_test_body": ["no", "text"],
    }
    need = make_need(make_case(enterprise=enterprise), item, answers=answers, promised_on=date(2027, 1, 5))
    facts = candidates.facts_of(loaded(need))
    assert facts == NeedFacts(
        need=need.pk,
        item=item.pk,
        board="TI",
        requirement=facts.requirement,
        promised_days=7,
        region="510104",
        needed_on=date(2027, 1, 5),
        consultant_used=True,
        consultant="甲咨询",
        first_test_body="",
    )
    assert (facts.requirement.codes, facts.requirement.mode, facts.role) == (("CMA", "CNAS_TESTING"), "all", "certify")
    assert facts.names == {"CMA": ("资质CMA", "CMA")}


def test_the_standards_and_parameters_that_the_enterprise_states_are_read_from_its_answers() -> None:
    answers = {"test_basis": "按ＧＢ/T 6952-2015 和客户图纸", "test_items_text": "吸水率、 抗裂性；"}
    facts = candidates.facts_of(loaded(make_need(make_case(), answers=answers)))
    assert facts.standards == (Standard("GB", "6952", "2015"),)
    assert facts.parameters == ("吸水率", "抗裂性")


def test_absences_that_are_not_over_come_in_their_order() -> None:
    need, institution = asked_by(make_enterprise()), make_institution()
    make_capability(institution, need.item)
    for begins, ends in (("2027-01-01", "2027-01-05"), ("2026-11-20", "2026-11-20"), ("2026-11-01", "2026-11-19")):
        institution.absences.create(begins_on=begins, ends_on=ends)
    assert gather(need)[institution.pk].absences == ((TODAY, TODAY), (date(2027, 1, 1), date(2027, 1, 5)))


def test_scopes_come_with_the_credentials_where_a_standard_is_stated() -> None:
    item, institution = make_item(required_credentials=["CMA"]), make_institution()
    make_capability(institution, item)
    credential = make_credential(institution, "CMA")
    credential.scope.create(object="卫生陶瓷", parameter="吸水率", method="GB/T 6952—2015", since=TODAY)
    stated = make_need(make_case(), item, answers={"test_basis": "GB/T 6952"})
    unstated = make_need(make_case(), item)
    line = Line((Standard("GB", "6952", "2015"),), "吸水率", TODAY)
    assert [each.scope for each in gather(stated)[institution.pk].credentials] == [(line,)]
    assert [each.scope for each in gather(unstated)[institution.pk].credentials] == [()]


def test_an_unanswered_question_that_decides_the_credential_is_noted() -> None:
    rule = {"when": {"question": "report_use", "equals": "both"}, "required_credentials": ["CMA"]}
    question = {"key": "report_use", "label_zh": "报告用途", "label_en": "Use of the report", "type": "choice"}
    need = asked_by(make_enterprise(), credential_rules=[rule], intake_questions=[question])
    facts = candidates.facts_of(loaded(need))
    assert facts.unanswered == ("report_use",)
    assert facts.names == {"report_use": ("报告用途", "Use of the report")}


def test_a_case_without_enterprise_has_no_region() -> None:
    assert candidates.facts_of(loaded(make_need(make_case()))).region == ""


def test_everybody_with_the_capability_is_gathered_but_not_the_desk_nor_others() -> None:
    need = asked_by(make_enterprise())
    approved, paused, centre, other = (
        make_institution(),
        make_institution(),
        make_institution(kind=Institution.Kind.CENTRE),
        make_institution(),
    )
    make_capability(approved, need.item, regions=[make_region("510100")], fee="free", promised_working_days=3)
    make_capability(paused, need.item, state="paused", designated=True)
    make_capability(centre, need.item)
    make_capability(other, make_item())
    found = gather(need)
    assert set(found) == {approved.pk, paused.pk}
    assert found[approved.pk] == Candidate(
        institution=approved.pk,
        name_zh=approved.name_zh,
        name_en=approved.name_en,
        region="510185",
        regions=("510100",),
        fee="free",
        promised_days=3,
        confirmed_on=found[approved.pk].confirmed_on,
        rated=found[approved.pk].rated,
    )
    assert (found[paused.pk].capability, found[paused.pk].designated) == ("paused", True)


def test_credentials_of_the_asked_types_come_with_their_dates() -> None:
    need = asked_by(make_enterprise(), required_credentials=["CMA"], credential_mode="all")
    institution = make_institution()
    make_capability(institution, need.item)
    cma = make_credential(institution, "CMA", valid_to=None)
    make_credential(institution, "CNAS_TESTING")
    assert gather(need)[institution.pk].credentials == (Held(cma.pk, "CMA", "valid", cma.valid_from, None),)


def test_the_record_counts_what_the_portal_saw_in_twelve_months() -> None:
    need = asked_by(make_enterprise())
    institution = make_institution(weekly_capacity=4)
    make_capability(institution, need.item)
    for state in (
        ReferralState.OFFERED,
        ReferralState.RECALLED,
        ReferralState.DECLINED,
        ReferralState.EXPIRED,
        ReferralState.IN_PROGRESS,
        ReferralState.CONFIRMED,
    ):
        make_referral(institution=institution, state=state)
    make_referral(institution=institution, state=ReferralState.IN_PROGRESS, now=days_ago(10))
    make_referral(institution=institution, state=ReferralState.CONFIRMED, now=days_ago(400))
    assert gather(need)[institution.pk].record == Record(
        offered=5, accepted=3, hours_to_answer=0.0, delivered=1, on_time=1, live=2, accepted_this_week=1, on=TODAY
    )


def test_a_late_delivery_is_not_on_time() -> None:
    need = asked_by(make_enterprise())
    institution = make_institution()
    make_capability(institution, need.item)
    late = make_referral(institution=institution, state=ReferralState.IN_PROGRESS, now=days_ago(90))
    move_referral(late, ReferralState.DELIVERED, by=late.handler, now=NOW)
    record = gather(need)[institution.pk].record
    assert (record.delivered, record.on_time) == (1, 0)


def test_the_week_begins_on_monday() -> None:
    need = asked_by(make_enterprise())
    institution = make_institution()
    make_capability(institution, need.item)
    make_referral(institution=institution, state=ReferralState.ACCEPTED, now=NOW)
    monday = NOW + timedelta(days=3)
    assert gather(need, NOW)[institution.pk].record.accepted_this_week == 1
    assert gather(need, monday)[institution.pk].record.accepted_this_week == 0
    assert gather(need, monday)[institution.pk].record.live == 1


def test_what_was_tried_for_this_need_is_known_but_not_what_was_recalled() -> None:
    need = asked_by(make_enterprise())
    wanted = {}
    for state in ("declined", "expired", "abandoned", "cancelled", "unresolved", "recalled"):
        institution = make_institution()
        make_capability(institution, need.item)
        make_referral(need, institution, state=state)
        wanted[institution.pk] = ("", None) if state == "recalled" else (state, TODAY)
    found = gather(need)
    assert {pk: (one.tried, one.tried_on) for pk, one in found.items()} == wanted


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("consult", "consulted"),
        ("certify", "certified"),
        ("appraise", "certified"),
        ("test", "tested"),
        ("retest", "tested"),
    ],
)
def test_past_work_for_the_enterprise_ties_the_institution_to_it(role: str, kind: str) -> None:
    enterprise, institution = make_enterprise(), make_institution()
    need = asked_by(enterprise)
    make_capability(institution, need.item)
    past = make_referral(
        asked_by(enterprise, board="CA", conflict_role=role), institution, state="confirmed", now=days_ago(30)
    )
    one = gather(need)[institution.pk]
    assert one.ties == (Tie(kind, days_ago(30).date(), board="CA", case=past.case.number),)
    assert (one.worked_with, one.worked_on) == (1, days_ago(30).date())


@pytest.mark.parametrize(
    ("state", "ties"), [("offered", True), ("in_progress", True), ("declined", False), ("expired", False)]
)
def test_work_in_hand_and_an_open_offer_tie_until_today_and_a_declined_one_does_not(state: str, ties: bool) -> None:
    enterprise, institution = make_enterprise(), make_institution()
    need = asked_by(enterprise)
    make_capability(institution, need.item)
    make_referral(asked_by(enterprise, conflict_role="test"), institution, state=state, now=days_ago(30))
    assert [tie.until for tie in gather(need)[institution.pk].ties] == ([TODAY] if ties else [])


def test_work_for_another_enterprise_ties_nobody() -> None:
    institution = make_institution()
    need = asked_by(make_enterprise())
    make_capability(institution, need.item)
    make_referral(asked_by(make_enterprise(), conflict_role="consult"), institution, state="confirmed")
    one = gather(need)[institution.pk]
    assert (one.ties, one.worked_with) == ((), 0)


def test_affiliates_count_as_one() -> None:
    enterprise, group = make_enterprise(), AffiliateGroup.objects.create(name="集团")
    institution, sister = make_institution(group=group), make_institution(group=group)
    need = asked_by(enterprise)
    make_capability(institution, need.item)
    past = make_referral(asked_by(enterprise, conflict_role="consult"), sister, state="confirmed")
    one = gather(need)[institution.pk]
    assert one.ties == (Tie("consulted", TODAY, board="TI", via=sister.name_zh, case=past.case.number),)
    assert one.kin == (sister.name_zh, sister.name_en)


def test_ties_known_from_outside_count_until_they_ended() -> None:
    enterprise, institution, ended = make_enterprise(), make_institution(), make_institution()
    need = asked_by(enterprise)
    for each, until in ((institution, None), (ended, date(2025, 5, 5))):
        make_capability(each, need.item)
        Relationship.objects.create(
            institution=each,
            enterprise=enterprise,
            kind="owned",
            since=date(2020, 1, 1),
            until=until,
            source="register",
        )
    found = gather(need)
    assert found[institution.pk].ties == (Tie("owned", TODAY),)
    assert found[ended.pk].ties == (Tie("owned", date(2025, 5, 5)),)


def test_an_enterprise_that_offers_services_is_the_same_as_its_institution() -> None:
    enterprise = make_enterprise(uscc="91510100MA00000000")
    institution = make_institution(uscc="91510100MA00000000")
    need = asked_by(enterprise)
    make_capability(institution, need.item)
    assert [tie.kind for tie in gather(need)[institution.pk].ties] == ["same"]


def test_ratings_on_the_board_come_with_n_and_response_rate() -> None:
    institution = make_institution()
    need = asked_by(make_enterprise())
    make_capability(institution, need.item)
    record_asking(institution, board="TI", referral_ref=1, now=NOW)
    make_rating(institution, grade=5)
    make_rating(institution, grade=1, board="CA")
    rated = gather(need)[institution.pk].rated
    assert (rated.n, rated.response_rate) == (1, 50)


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_are_the_same_for_one_and_for_three(number: int, django_assert_num_queries: Any) -> None:
    need = asked_by(make_enterprise(), required_credentials=["CMA"], credential_mode="all")
    for _ in range(number):
        institution = make_institution()
        make_capability(institution, need.item)
        make_credential(institution, "CMA")
        make_referral(make_need(item=need.item), institution, state="confirmed")
        make_rating(institution)
    need = loaded(need)
    with django_assert_num_queries(MOST_QUERIES):
        match = actions.rank(need, now=NOW)
    assert len(match.ranked) == number
