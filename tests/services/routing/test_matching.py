"""The order of those who passed: what counts, how much, and what must hold whatever the facts are."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory.qualification import Requirement
from services.directory.scopes import Line
from services.directory.standards import named_in
from services.routing import factors, matching, places
from services.routing.facts import Candidate, NeedFacts
from services.routing.rules import FIRST, WEIGHTS
from tests.services.routing.facts import (
    FAR,
    HERE,
    SAME_CITY,
    SAME_PROVINCE,
    TODAY,
    candidate,
    held,
    line,
    need,
    rated,
    role,
    seen,
    tie,
)

PREFERRED = Requirement(("CMA", "CNAS_TESTING"), "preferred", "none")


def value(code: str, one: Candidate, asked: NeedFacts | None = None) -> tuple[float, bool]:
    found = {each.code: each for each in factors.weigh(asked or need(), one, TODAY, FIRST)}
    return pytest.approx(found[code].value, abs=0.005), found[code].known


FACTORS = [
    ("distance", 1.0, True, {}),
    ("distance", 0.8, True, {"region": SAME_CITY}),
    ("distance", 0.5, True, {"region": SAME_PROVINCE}),
    ("distance", 0.2, True, {"region": FAR}),
    ("rating", 0.375, False, {}),
    ("rating", 0.875, True, {"rated": rated(4.5)}),
    ("rating", 0.0, True, {"rated": rated(1.0)}),
    ("on_time", 0.8, False, {}),
    ("on_time", 0.98, True, {"record": seen(delivered=27, on_time=27)}),
    ("on_time", 0.08, True, {"record": seen(delivered=27, on_time=0)}),
    ("acceptance", 0.71, False, {}),
    ("acceptance", 0.86 + 0.0, True, {"record": seen(offered=3, accepted=3, hours_to_answer=4.0 + 44 * 0.23)}),
    ("acceptance", 0.28, True, {"record": seen(offered=3, accepted=0, hours_to_answer=48.0)}),
    ("load", 1.0, True, {}),
    ("load", 0.5, True, {"weekly_capacity": 5, "record": seen(live=5)}),
    ("load", 0.0, True, {"weekly_capacity": 5, "record": seen(live=50)}),
    ("load", 0.7, True, {"record": seen(live=3)}),
    ("promise", 0.5, False, {}),
    ("promise", 0.5, True, {"promised_days": 10}),
    ("promise", 1.0, True, {"promised_days": 5}),
    ("promise", 1.0, True, {"promised_days": 1}),
    ("promise", 0.0, True, {"promised_days": 40}),
    ("price", 1.0, True, {"fee": "free"}),
    ("price", 0.6, True, {"fee": "subsidised"}),
    ("price", 0.2, True, {"fee": "paid"}),
    ("past_work", 0.0, True, {}),
    ("past_work", 1.0, True, {"worked_with": 2}),
]


@pytest.mark.parametrize(("code", "wanted", "known", "fields"), FACTORS)
def test_a_factor_is_a_value_from_nought_to_one(code: str, wanted: float, known: bool, fields: dict[str, Any]) -> None:
    got, is_known = value(code, candidate(**fields))
    assert wanted == got
    assert is_known is known


def test_an_unknown_region_counts_as_neither_near_nor_far() -> None:
    assert value("distance", candidate(), need(region="")) == (0.5, False)


def test_probation_lowers_the_rank_and_good_standing_adds_nothing() -> None:
    """The weight with the value nought, and the twin without probation: nobody is praised for what is usual."""
    ranked = matching.rank(need(), [candidate(1, standing="probation"), candidate(2)], today=TODAY).ranked
    assert [one.candidate.institution for one in ranked] == [2, 1]
    codes = [{factor.code for factor in one.factors} for one in ranked]
    assert ["standing" in each for each in codes] == [False, True]
    assert value("standing", candidate(standing="probation")) == (0.0, True)


@pytest.mark.parametrize(("codes", "wanted"), [([], 0.0), (["CMA"], 0.5), (["CMA", "CNAS_TESTING"], 1.0)])
def test_a_preferred_credential_counts_and_excludes_nobody(codes: list[str], wanted: float) -> None:
    one = candidate(credentials=tuple(held(code) for code in codes))
    assert value("credential", one, need(requirement=PREFERRED)) == (wanted, True)
    assert matching.rank(need(requirement=PREFERRED), [one], today=TODAY).excluded == ()


def test_a_needed_credential_is_a_gate_and_no_factor() -> None:
    assert "credential" not in {each.code for each in factors.weigh(need(), candidate(), TODAY, FIRST)}


def test_opinion_is_never_the_heaviest_factor() -> None:
    assert WEIGHTS["rating"] < max(WEIGHTS.values())
    assert sum(WEIGHTS.values()) > 4 * WEIGHTS["rating"]


@pytest.mark.parametrize(
    ("here", "there", "wanted"),
    [
        (HERE, HERE, 1.0),
        (HERE, SAME_CITY, 0.8),
        (HERE, SAME_PROVINCE, 0.5),
        (HERE, FAR, 0.2),
        ("510100", HERE, 0.8),
        ("510000", HERE, 0.5),
        ("510100", "510100", 1.0),
        ("442000", "442000", 1.0),
        ("510000", "510000", 0.5),
        ("510185101", HERE, 1.0),
        ("110105", "110108", 0.8),
        ("", HERE, None),
        (HERE, "", None),
    ],
)
def test_near_is_read_from_the_tree_of_regions(here: str, there: str, wanted: float | None) -> None:
    assert places.nearness(here, there) == wanted
    assert places.nearness(there, here) == wanted


def test_the_better_one_comes_first_and_the_excluded_in_the_order_of_the_gates() -> None:
    near, far = candidate(1), candidate(2, region=FAR)
    late = candidate(3, tried="declined", tried_on=TODAY)
    paused = candidate(4, capability="paused")
    match = matching.rank(need(), [late, far, paused, near], today=TODAY)
    assert [each.candidate for each in match.ranked] == [near, far]
    assert [(each.candidate, each.gate) for each in match.excluded] == [(paused, "capability"), (late, "tried")]
    assert match.first == match.ranked[0]
    assert match.of(2) == match.ranked[1]
    assert match.of(3) is None
    assert match.why_not(3) == match.excluded[1]


def test_many_answers_rank_above_few_of_the_same_grade() -> None:
    few, many = candidate(1, rated=rated(3.6, n=1)), candidate(2, rated=rated(4.5, n=80))
    match = matching.rank(need(), [few, many], today=TODAY)
    assert match.first is not None
    assert match.first.candidate == many


def test_where_one_is_designated_price_and_rating_play_no_part() -> None:
    one, other = candidate(1, designated=True), candidate(2)
    match = matching.rank(need(designated_only=True), [one, other], today=TODAY)
    assert {each.code for each in match.ranked[0].factors}.isdisjoint({"price", "rating"})
    both = matching.rank(need(designated_only=True), [one, candidate(3, designated=True)], today=TODAY)
    assert all({"price", "rating"} <= {each.code for each in row.factors} for row in both.ranked)


def test_a_missing_fact_lowers_the_confidence_and_is_listed() -> None:
    known = matching.rank(need(), [candidate(regions=(HERE,))], today=TODAY)
    unknown = matching.rank(need(region=""), [candidate(regions=(HERE,))], today=TODAY)
    assert known.asks == ()
    assert [ask.code for ask in unknown.asks] == ["need.region"]
    assert unknown.ranked[0].confidence < known.ranked[0].confidence


def test_what_to_ask_of_one_institution_stands_with_it() -> None:
    one = candidate(1, ties=(tie("consulted", board="MC"),))
    match = matching.rank(need(requirement=role("certify")), [one, candidate(2)], today=TODAY)
    asks = {each.candidate.institution: [ask.code for ask in each.asks] for each in match.ranked}
    assert asks == {1: ["conflict.consulted_elsewhere"], 2: []}
    assert match.asks == ()


def test_near_ties_take_turns_by_need_and_day_and_everybody_sees_the_same() -> None:
    three = [candidate(number) for number in (1, 2, 3)]
    firsts = Counter()
    for number in range(300):
        match = matching.rank(need(need=number), three, today=TODAY + timedelta(days=number))
        again = matching.rank(need(need=number), list(reversed(three)), today=TODAY + timedelta(days=number))
        assert match.ranked == again.ranked
        firsts[match.ranked[0].candidate.institution] += 1
    assert min(firsts.values()) > 70


def test_without_the_turns_the_same_one_is_always_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    monkeypatch.setattr(matching, "_lot", lambda seed, one: "")
    three = [candidate(number) for number in (3, 2, 1)]
    firsts = {
        matching.rank(need(need=number), three, today=TODAY).ranked[0].candidate.institution for number in range(20)
    }
    assert firsts == {1}


def test_the_run_can_be_kept_as_json() -> None:
    match = matching.rank(
        need(requirement=role("certify"), consultant_used=None),
        [candidate(1), candidate(2, standing="suspended")],
        today=TODAY,
    )
    facts = match.facts_as_json()
    assert facts["asks"] == [{"code": "need.consultant", "facts": {}}]
    assert (facts["today"], facts["requirement"]["conflict_role"]) == ("2026-11-20", "certify")
    assert match.excluded[0].as_json() == {
        "institution": 2,
        "name_zh": "机构2",
        "name_en": "Body 2",
        "gate": "standing",
        "near": 1.0,
        "code": "standing.suspended",
        "facts": {},
    }
    ranked = match.ranked[0].as_json()
    assert set(ranked) == {"institution", "name_zh", "name_en", "points", "confidence", "factors", "asks"}
    assert ranked["factors"][0] == {
        "code": "distance",
        "value": 1.0,
        "known": True,
        "facts": {},
        "on": "",
        "weight": 20,
    }


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.integers(1, 60),
        region=st.sampled_from(["", HERE, SAME_CITY, SAME_PROVINCE, FAR]),
        standing=st.sampled_from(["active", "probation", "suspended"]),
        capability=st.sampled_from(["approved", "approved", "paused"]),
        fee=st.sampled_from(["free", "subsidised", "paid"]),
        promised_days=st.one_of(st.none(), st.integers(0, 60)),
        weekly_capacity=st.one_of(st.none(), st.integers(0, 5)),
        regions=st.sampled_from([(), (HERE,), (FAR,)]),
        rated=st.builds(rated, st.floats(1, 5), st.integers(0, 9)),
        record=st.builds(
            seen,
            live=st.integers(0, 30),
            accepted_this_week=st.integers(0, 5),
            hours_to_answer=st.one_of(st.none(), st.floats(0, 200)),
        ),
        worked_with=st.integers(0, 3),
    ),
    max_size=12,
    unique_by=lambda one: one.institution,
)
NEEDS = st.builds(need, region=st.sampled_from(["", HERE, "510100", FAR]), need=st.integers(1, 1000))


@given(asked=NEEDS, everybody=CANDIDATES)
def test_everybody_is_either_ranked_or_excluded_and_nobody_twice(asked: NeedFacts, everybody: list[Candidate]) -> None:
    match = matching.rank(asked, everybody, today=TODAY)
    found = [each.candidate.institution for each in (*match.ranked, *match.excluded)]
    assert sorted(found) == sorted(one.institution for one in everybody)


@given(asked=NEEDS, everybody=CANDIDATES)
def test_points_and_confidence_stay_in_their_range(asked: NeedFacts, everybody: list[Candidate]) -> None:
    for row in matching.rank(asked, everybody, today=TODAY).ranked:
        assert 0 <= row.points <= 100
        assert 0 < row.confidence <= 1
        assert all(0 <= factor.value <= 1 for factor in row.factors)


@given(asked=NEEDS, everybody=CANDIDATES, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(
    asked: NeedFacts, everybody: list[Candidate], shuffle: Any
) -> None:
    shuffled = list(everybody)
    shuffle.shuffle(shuffled)
    assert matching.rank(asked, everybody, today=TODAY) == matching.rank(asked, shuffled, today=TODAY)


@given(asked=NEEDS, everybody=CANDIDATES)
def test_turns_are_taken_only_among_near_ties(asked: NeedFacts, everybody: list[Candidate]) -> None:
    points = [row.points for row in matching.rank(asked, everybody, today=TODAY).ranked]
    assert all(later - earlier <= FIRST.near_tie + 1e-9 for earlier, later in pairwise(points))
    assert all(later <= max(points[: index + 1]) + FIRST.near_tie for index, later in enumerate(points))


@given(asked=NEEDS, everybody=CANDIDATES)
@settings(max_examples=50)
def test_being_nearer_never_harms(asked: NeedFacts, everybody: list[Candidate]) -> None:
    for one in everybody:
        ranked = matching.rank(asked, [one], today=TODAY).ranked
        moved = matching.rank(asked, [Candidate(**{**vars(one), "region": asked.region})], today=TODAY).ranked
        if ranked and moved and asked.region and one.region:
            assert moved[0].points >= ranked[0].points


@given(asked=NEEDS, everybody=CANDIDATES)
@settings(max_examples=50)
def test_an_excluded_institution_stays_so_whoever_else_is_there(asked: NeedFacts, everybody: list[Candidate]) -> None:
    together = {row.candidate.institution for row in matching.rank(asked, everybody, today=TODAY).excluded}
    alone = {one.institution for one in everybody if not matching.rank(asked, [one], today=TODAY).ranked}
    assert together == alone


@pytest.mark.parametrize(
    ("lines", "wanted", "known"),
    [
        ((), 0.5, False),
        ((line("GB/T 6952", "吸水率"),), 0.667, True),
        ((line("GB/T 6952", "吸水率"), line("GB/T 1", "抗裂性")), 1.0, True),
        ((line("GB/T 6952"),), 0.667, False),
    ],
)
def test_the_scope_fits_as_far_as_it_is_known_to_cover_what_is_stated(
    lines: tuple[Line, ...], wanted: float, known: bool
) -> None:
    stated = {"standards": named_in("GB/T 6952"), "parameters": ("吸水率", "抗裂性")}
    asked = need(requirement=Requirement(("CMA",), "all", "none"), **stated)
    assert value("scope", candidate(credentials=(held(scope=lines),)), asked) == (wanted, known)
