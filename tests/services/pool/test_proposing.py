"""What each rule counts, whom it proposes, and what is never proposed twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from experts import standing
from experts.models import Institution, Rating
from portal.accounts.roles import Role
from services.pool import evidence, indicators
from services.pool.actions import deciding, proposing
from services.pool.models import Indicator, ProposalFigure, StandingProposal, StandingRule
from services.pool.tasks import propose
from tests.factories import (
    NOW,
    days_ago,
    make_credential,
    make_institution,
    make_rating,
    make_referral,
    make_user,
    move_referral,
)
from tests.services.pool.rows import days
from tests.services.pool.standing_rows import load_rules, make_disliked, make_proposed, only
from tests.services.rectification.rows import make_unsettled

pytestmark = pytest.mark.django_db


def proposed() -> list[tuple[int, str, str]]:
    return list(StandingProposal.objects.order_by("institution").values_list("institution", "origin", "target"))


def figure() -> ProposalFigure:
    return ProposalFigure.objects.select_related("rule").get()


def offers(institution: Institution, *states: str) -> None:
    for state in states:
        make_referral(institution=institution, state=state, now=days_ago(30))


def not_answered() -> tuple[Institution, Institution]:
    bad, good = make_institution(), make_institution()
    offers(bad, "expired", "expired", "declined")
    offers(good, "expired", "declined", "accepted")
    return bad, good


def declined() -> tuple[Institution, Institution]:
    bad, good = make_institution(), make_institution()
    offers(bad, "declined", "declined", "expired")
    offers(good, "declined", "accepted", "accepted")
    return bad, good


def dissatisfied() -> tuple[Institution, Institution]:
    good = make_disliked(grades=(1, 3, 4))
    make_rating(good, grade=1, state="excluded", excluded_reason="appeal_upheld", rated_at=days_ago(30))
    make_rating(good, grade=1, state="under_appeal", rated_at=days_ago(30))
    return make_disliked(grades=(1, 2, 5)), good


def without_credentials() -> tuple[Institution, Institution]:
    bad, good = make_institution(), make_institution()
    make_credential(bad, valid_to=days(-1))
    make_credential(good, valid_to=days(-1))
    make_credential(good, type="CNAS")
    return bad, good


CASES: list[tuple[str, Callable[[], tuple[Institution, Institution]], int, int, int]] = [
    (Indicator.RESPONSE, not_answered, 50, 3, 2),
    (Indicator.TIMED_OUT, not_answered, 50, 3, 2),
    (Indicator.DECLINED, declined, 50, 3, 2),
    (Indicator.NEGATIVE, dissatisfied, 50, 3, 2),
    (Indicator.EXPIRED, without_credentials, 1, 1, 1),
]


@pytest.mark.parametrize(("indicator", "world", "threshold", "n", "against"), CASES)
def test_each_rule_finds_whom_it_counts_against_and_nobody_else(
    indicator: str, world: Any, threshold: int, n: int, against: int
) -> None:
    only(indicator, threshold=threshold, minimum=1)
    bad, _good = world()
    assert proposing.propose(NOW) == 1
    assert proposed() == [(bad.pk, "active", "probation")]
    assert (figure().n, figure().against, len(figure().rows)) == (n, against, against)


def test_late_results_are_those_whose_promise_was_not_kept() -> None:
    only(Indicator.LATE, threshold=50, minimum=2)
    bad, good, handler = make_institution(), make_institution(), make_user(Role.SPECIALIST)
    for institution, late in ((bad, True), (bad, True), (bad, False), (good, False), (good, False)):
        row = make_referral(institution=institution, state="in_progress", now=days_ago(90), by=handler)
        move_referral(row, "delivered", by=handler, now=days_ago(1 if late else 90))
    proposing.propose(NOW)
    assert proposed() == [(bad.pk, "active", "probation")]
    assert (figure().n, figure().against) == (3, 2)


def test_complaints_count_that_were_not_settled() -> None:
    only(Indicator.COMPLAINTS, threshold=1, minimum=1)
    _sides, row = make_unsettled()
    proposing.propose(NOW + timedelta(days=30))
    assert proposed() == [(row.referral.institution_id, "active", "probation")]
    assert figure().rows == [row.pk]


def test_too_few_say_nothing() -> None:
    """The threshold is reached, the minimum is not; one more and it is."""
    only(Indicator.NEGATIVE, threshold=50, minimum=3)
    institution = make_disliked(grades=(1, 1))
    assert proposing.propose(NOW) == 0
    make_rating(institution, grade=5, rated_at=days_ago(1))
    assert proposing.propose(NOW) == 1


@pytest.mark.parametrize(("grades", "wanted"), [((1, 1, 5, 5, 5), 1), ((1, 5, 5), 0)])
def test_the_threshold_itself_is_reached(grades: tuple[int, ...], wanted: int) -> None:
    only(Indicator.NEGATIVE, threshold=40, minimum=1)
    make_disliked(grades=grades)
    assert proposing.propose(NOW) == wanted


def test_what_is_older_than_the_window_is_not_counted() -> None:
    only(Indicator.NEGATIVE, threshold=50, minimum=1, window_days=29)
    make_disliked()
    assert proposing.propose(NOW) == 0


def test_running_twice_or_at_night_again_proposes_once() -> None:
    load_rules()
    make_disliked()
    assert [proposing.propose(NOW), proposing.propose(NOW), propose()] == [1, 0, 0]
    assert StandingProposal.objects.count() == 1


def test_several_rules_make_one_proposal_with_a_figure_each() -> None:
    load_rules()
    institution = make_disliked()
    offers(institution, *["expired"] * 5)
    proposing.propose(NOW)
    named = [(one.rule.indicator, one.against, one.n) for one in ProposalFigure.objects.order_by("rule__indicator")]
    assert (proposed(), named) == (
        [(institution.pk, "active", "probation")],
        [("negative", 2, 3), ("response", 5, 5)],
    )


def test_the_next_rung_down_is_proposed_only_from_probation() -> None:
    load_rules()
    active, on_probation = make_disliked(), make_disliked(standing="probation")
    make_disliked(standing="suspended")
    proposing.propose(NOW)
    assert proposed() == [
        (active.pk, "active", "probation"),
        (on_probation.pk, "probation", "suspended"),
    ]


def test_what_led_to_a_step_does_not_lead_to_the_next() -> None:
    """The twin: without the step the same answers speak for a suspension (see above)."""
    load_rules()
    institution = make_disliked()
    standing.move(institution, "probation", by=make_user(Role.CURATOR), now=days_ago(1), reason="x")
    assert proposing.propose(NOW) == 0


def test_a_proposal_not_followed_is_not_made_again_from_the_same_rows() -> None:
    proposal = make_proposed()
    deciding.decide(proposal, carry=False, reason="偶发", by=make_user(Role.CURATOR), now=NOW)
    assert proposing.propose(NOW + timedelta(days=1)) == 0
    for _number in range(3):
        make_rating(proposal.institution, grade=1, rated_at=NOW + timedelta(days=2))
    assert proposing.propose(NOW + timedelta(days=3)) == 1
    assert (proposal.state, proposal.reason) == ("rejected", "偶发")


def test_credentials_that_ended_are_not_proposed_again_within_the_window() -> None:
    only(Indicator.EXPIRED, threshold=1, minimum=1, window_days=30)
    make_credential(make_institution(), valid_to=days(-1))
    proposing.propose(NOW)
    deciding.decide(
        StandingProposal.objects.get(), carry=False, reason="已递交换证", by=make_user(Role.CURATOR), now=NOW
    )
    assert [proposing.propose(NOW + timedelta(days=each)) for each in (29, 31)] == [0, 1]


@pytest.mark.parametrize(("origin", "target"), [("probation", "active"), ("suspended", "probation")])
def test_a_quiet_window_leads_one_step_up(origin: str, target: str) -> None:
    load_rules()
    institution = make_institution(standing=origin)
    proposing.propose(NOW)
    assert proposed() == [(institution.pk, origin, target)]


def test_nobody_rises_while_a_rule_speaks_against_them_or_too_soon() -> None:
    load_rules()
    make_disliked(standing="suspended", grades=(1, 1, 1))
    ended = make_institution(standing="probation")
    make_credential(ended, valid_to=days(-1))
    recent = make_institution()
    standing.move(recent, "probation", by=make_user(), now=days_ago(89), reason="x")
    proposing.propose(NOW)
    assert proposed() == []
    proposing.propose(NOW + timedelta(days=2))
    assert (recent.pk, "probation", "active") in proposed()


def test_a_proposal_that_was_overtaken_waits_for_nobody_and_lapses() -> None:
    proposal, merged, other = make_proposed(), make_proposed(), make_institution()
    standing.move(proposal.institution, "probation", by=make_user(), now=NOW, reason="x")
    standing.merge(merged.institution, into=other, by=make_user(), now=NOW)
    assert not StandingProposal.objects.pending().exists()
    standing.move(proposal.institution, "active", by=make_user(), now=NOW, reason="x")
    standing.part(merged.institution, by=make_user(), now=NOW, reason="x")
    assert StandingProposal.objects.pending().count() == 2
    standing.merge(merged.institution, into=other, by=make_user(), now=NOW)
    proposing.propose(NOW)
    assert list(StandingProposal.objects.order_by("pk").values_list("state", flat=True)) == ["open", "lapsed"]


def test_a_step_by_hand_takes_the_place_of_one_that_was_overtaken() -> None:
    institution, curator = make_proposed(standing="probation").institution, make_user(Role.CURATOR)
    deciding.by_hand(institution, "active", reason="x", by=curator, now=NOW)
    deciding.by_hand(institution, "probation", reason="x", by=curator, now=NOW)
    made = deciding.by_hand(institution, "suspended", reason="x", by=curator, now=NOW)
    assert [made] == list(StandingProposal.objects.pending())


def test_a_figure_keeps_the_rule_it_was_made_by_and_names_its_rows() -> None:
    proposal = make_proposed()
    StandingRule.objects.filter(indicator="negative").update(threshold=99, version=2)
    with override("en"):
        [traced] = evidence.of(proposal)
    assert traced.words == "3 of 4 enterprises dissatisfied (75 %)"
    assert traced.rule == "from 40 % on, of at least 3 · version 1"
    rows = Rating.objects.filter(grade__lte=2).order_by("pk")
    assert ([one.pk for one in rows], len(traced.rows), traced.more) == (traced.figure.rows, 3, 0)


@pytest.mark.parametrize("institutions", [1, 3])
def test_all_are_looked_at_in_the_same_statements(
    institutions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load_rules()
    for _number in range(institutions):
        make_disliked()
    make_institution(standing="probation")
    with django_assert_num_queries(22):
        proposing.propose(NOW)


def test_the_rules_are_those_that_were_published() -> None:
    load_rules()
    assert set(indicators.MEASURES) == set(Indicator.values)
    assert StandingRule.objects.filter(active=True).count() == 14
