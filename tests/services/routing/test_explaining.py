"""One run in the words of staff, institution and enterprise: complete, in both languages, and discreet."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings

from experts.models import Institution
from services.cases.models import Need
from services.directory.qualification import Requirement
from services.routing import explaining, gates, matching, sentences
from services.routing.facts import Candidate, NeedFacts
from services.routing.models import MatchRecord
from tests.services.routing.facts import FAR, HERE, TODAY, candidate, held, need, rated, role, seen, tie
from tests.services.routing.test_gates import ASKS, STOPPED
from tests.services.routing.test_matching import CANDIDATES, NEEDS

LEFT_OPEN = re.compile(r"%\(|None|\{")


def stored(match: matching.Match, chosen: int) -> MatchRecord:
    """The record of a run as the database gives it back, without a database."""
    return MatchRecord(
        need=Need(pk=1),
        facts=match.facts_as_json(),
        rule_version=match.rule_version,
        ranked=[row.as_json() for row in match.ranked],
        excluded=[row.as_json() for row in match.excluded],
        chosen=Institution(pk=chosen),
        first_id=match.ranked[0].candidate.institution if match.ranked else None,
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("gate", "code", "asked", "one"), STOPPED)
def test_every_shut_gate_has_its_sentence_for_everybody(
    language: str, gate: str, code: str, asked: NeedFacts, one: Candidate
) -> None:
    match = matching.rank(
        asked, [one, candidate(99, credentials=(held(), held("CNAS_TESTING")), designated=True)], today=TODAY
    )
    with translation.override(language):
        line = explaining.for_staff(match).excluded[0]
        mine = explaining.for_institution(stored(match, 99), one.institution)
        refusal = explaining.refusal(match.excluded[0], match.need.names)
        assert line.gate == str(sentences.GATE_NAMES[gate])
    for text in (line.why, mine.shut, refusal):
        assert text
        assert not LEFT_OPEN.search(text)


@pytest.mark.parametrize(("code", "asked", "one"), ASKS)
def test_every_question_has_its_sentence(code: str, asked: NeedFacts, one: Candidate) -> None:
    explained = explaining.for_staff(matching.rank(asked, [one], today=TODAY))
    texts = [*explained.asks, *(ask for line in explained.ranked for ask in line.asks)]
    assert texts
    assert not any(LEFT_OPEN.search(text) for text in texts)


def test_no_sentence_is_left_without_a_code_and_no_code_without_a_sentence() -> None:
    assert set(sentences.SHUT_FOR_STAFF) == set(sentences.SHUT_FOR_INSTITUTION)
    assert {code.split(".")[0] for code in sentences.SHUT_FOR_STAFF} == {name for name, _gate in gates.GATES}
    assert set(sentences.SHUT_FOR_ENTERPRISE) == set(sentences.GATE_NAMES) == {name for name, _gate in gates.GATES}
    assert set(sentences.GOOD_FOR_ENTERPRISE) == set(sentences.GOOD_FOR_INSTITUTION)
    assert set(sentences.GOOD_FOR_ENTERPRISE) <= set(sentences.EVIDENCE)


@given(asked=NEEDS, everybody=CANDIDATES)
@settings(max_examples=60)
def test_whatever_the_run_everybody_can_read_it(asked: NeedFacts, everybody: list[Candidate]) -> None:
    match = matching.rank(asked, everybody, today=TODAY)
    explained = explaining.for_staff(match)
    assert len(explained.ranked) + len(explained.excluded) == len(everybody)
    for row in match.ranked:
        record = stored(match, row.candidate.institution)
        texts = [
            *explaining.for_enterprise(record).reasons,
            *explaining.for_institution(record, row.candidate.institution).reasons,
            *(factor.why for line in explained.ranked for factor in line.factors),
        ]
        assert not any(LEFT_OPEN.search(text) for text in texts)


def test_staff_read_names_of_credentials_and_dates_in_their_language() -> None:
    asked = need(requirement=Requirement(("CMA",), "all", "none"), names={"CMA": ("资质认定", "Mandatory approval")})
    match = matching.rank(asked, [candidate(1, credentials=(held(valid_to=date(2026, 3, 5)),))], today=TODAY)
    with translation.override("en"):
        assert (
            explaining.for_staff(match).excluded[0].why
            == "Its credential has expired on 5 Mar 2026: Mandatory approval."
        )
    with translation.override("zh-hans"):
        assert "资质认定" in explaining.for_staff(match).excluded[0].why


def test_an_affiliate_is_named_to_staff() -> None:
    match = matching.rank(
        need(requirement=role("certify")), [candidate(1, ties=(tie("consulted", via="姊妹机构"),))], today=TODAY
    )
    with translation.override("en"):
        assert "(through 姊妹机构, under the same control)" in explaining.for_staff(match).excluded[0].why


@pytest.mark.parametrize(("answers", "said"), [(0, False), (2, False), (3, True)])
def test_the_enterprise_reads_a_score_from_three_answers_on(answers: int, said: bool) -> None:
    match = matching.rank(need(), [candidate(1, region=FAR, rated=rated(4.5, n=answers))], today=TODAY)
    with translation.override("en"):
        reasons = explaining.for_enterprise(stored(match, 1)).reasons
    assert any("rate it" in reason for reason in reasons) is said


def test_the_enterprise_reads_numbers_of_the_others_and_no_names() -> None:
    everybody = [
        candidate(1, worked_with=1, fee="free"),
        candidate(2, region=FAR),
        candidate(3, standing="suspended"),
        candidate(4, regions=(FAR,)),
        candidate(5, regions=(FAR,)),
    ]
    match = matching.rank(need(), everybody, today=TODAY)
    with translation.override("en"):
        read = explaining.for_enterprise(stored(match, 1))
    assert read == explaining.ForEnterprise(
        name="Body 1",
        reasons=["It is in your county or district.", "It has room for your work.", "It is free of charge."],
        considered=5,
        not_asked=[("not admitted to our pool at present", 1), ("does not serve your region", 2)],
        another_ranked_first=False,
    )
    assert explaining.for_enterprise(stored(match, 2)).another_ranked_first


def test_an_institution_that_was_not_considered_reads_nothing() -> None:
    match = matching.rank(need(), [candidate(1)], today=TODAY)
    assert explaining.for_institution(stored(match, 1), 7) == explaining.ForInstitution([], "")


EVIDENCE: list[tuple[dict[str, Any], str, str]] = [
    ({}, "Distance", "Same county or district"),
    ({}, "Rating", "No answers yet; the mean of the board stands in"),
    ({"rated": rated(4.0, n=12)}, "Rating", "4.4 of 5 · answers: 12"),
    (
        {"rated": replace(rated(4.0, n=12), response_rate=80)},
        "Rating",
        "4.4 of 5 · answers: 12 · of those asked 80 % answered",
    ),
    ({"record": seen(delivered=9, on_time=8)}, "On time", "In 12 months 8 of 9 on time"),
    ({"record": seen(offered=9, accepted=8)}, "Takes offers", "In 12 months 8 of 9 offers accepted"),
    ({"record": seen(live=3)}, "Work in hand", "Referrals in hand: 3"),
    ({"promised_days": 7}, "Promised time", "7 working days; usual: 10"),
    ({"fee": "subsidised"}, "Price", "Subsidised"),
    (
        {"worked_with": 2, "worked_on": date(2026, 3, 5)},
        "Known to the enterprise",
        "2 confirmed, the last on 5 Mar 2026",
    ),
]


@pytest.mark.parametrize(("facts", "name", "why"), EVIDENCE)
def test_each_factor_shows_its_evidence(facts: dict[str, Any], name: str, why: str) -> None:
    match = matching.rank(need(region=HERE), [candidate(1, **facts)], today=TODAY)
    with translation.override("en"):
        lines = {line.name: line.why for line in explaining.for_staff(match).ranked[0].factors}
    assert lines[name] == why


def test_each_remedy_is_that_of_a_shut_gate() -> None:
    assert set(sentences.REMEDIES) < set(sentences.SHUT_FOR_STAFF)


def test_who_could_become_eligible_stands_first_the_nearest_before_all() -> None:
    everybody = [
        candidate(1, ties=(tie("same"),)),
        candidate(2, regions=(FAR,), region=FAR),
        candidate(3, standing="suspended"),
    ]
    with translation.override("en"):
        lines = explaining.for_staff(matching.rank(need(), everybody, today=TODAY)).excluded
    assert [(line.institution, line.remedy) for line in lines] == [
        (3, "Its suspension is lifted."),
        (2, "It extends the regions it serves."),
        (1, ""),
    ]
