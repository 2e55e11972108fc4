"""Each gate: what it stops, lets pass or only asks; and, as a twin, what happens when it is taken away."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.qualification import Requirement
from services.directory.standards import named_in
from services.routing import gates, matching
from services.routing.facts import Candidate, Held, NeedFacts
from services.routing.gates import GATES
from tests.services.routing.facts import (
    CMA,
    FAR,
    HERE,
    SAME_CITY,
    TODAY,
    candidate,
    held,
    line,
    need,
    role,
    seen,
    tie,
)

LAST_YEAR, LONG_AGO = date(2025, 11, 20), date(2024, 11, 20)
ANY_TWO = Requirement(("CMA", "CNAS_TESTING"), "any", "none")
ALL_TWO = Requirement(("CMA", "CNAS_TESTING"), "all", "none")
PREFERRED = Requirement(("CMA",), "preferred", "none")
SOON = date(2027, 3, 1)

NEW = named_in("GB/T 6952-2015")


def within(method: str, *, type: str = "CMA", other: str = "", **days: Any) -> Held:
    """A credential whose scope names a standard, on some days only if said, and another one always."""
    return held(type, scope=(line(method, **days), line(other)))


# what is stopped: gate, code, need, candidate
STOPPED = [
    ("capability", "capability.proposed", need(), candidate(capability="proposed")),
    ("capability", "capability.paused", need(), candidate(capability="paused")),
    ("capability", "capability.retired", need(), candidate(capability="retired")),
    ("standing", "standing.applied", need(), candidate(standing="applied")),
    ("standing", "standing.reviewing", need(), candidate(standing="reviewing")),
    ("standing", "standing.suspended", need(), candidate(standing="suspended")),
    ("standing", "standing.removed", need(), candidate(standing="removed")),
    ("standing", "standing.refused", need(), candidate(standing="refused")),
    ("credential", "credential.missing", need(requirement=CMA), candidate()),
    ("credential", "credential.missing", need(requirement=CMA), candidate(credentials=(held("CNAS_TESTING"),))),
    ("credential", "credential.missing", need(requirement=ALL_TWO), candidate(credentials=(held(),))),
    ("credential", "credential.missing", need(requirement=ANY_TWO), candidate()),
    ("credential", "credential.missing", need(requirement=CMA), candidate(credentials=(held(state="withdrawn"),))),
    (
        "credential",
        "credential.lapsed",
        need(requirement=CMA),
        candidate(credentials=(held(valid_to=date(2026, 11, 19)),)),
    ),
    ("credential", "credential.suspended", need(requirement=CMA), candidate(credentials=(held(state="suspended"),))),
    ("credential", "credential.unchecked", need(requirement=CMA), candidate(credentials=(held(state="claimed"),))),
    ("credential", "credential.unchecked", need(requirement=CMA), candidate(credentials=(held(state="checked"),))),
    (
        "credential",
        "credential.ends",
        need(requirement=CMA, needed_on=SOON),
        candidate(credentials=(held(valid_to=date(2027, 2, 28)),)),
    ),
    (
        "credential",
        "credential.missing",
        need(requirement=CMA),
        candidate(credentials=(held(valid_from=date(2026, 11, 21)),)),
    ),
    ("scope", "scope.lacks", need(requirement=CMA, standards=NEW), candidate(credentials=(within("GB/T 26730"),))),
    ("scope", "scope.lacks", need(requirement=CMA, standards=NEW), candidate(credentials=(within("GB/T 6952-2005"),))),
    (
        "scope",
        "scope.lacks",
        need(requirement=CMA, standards=named_in("GB 6952、GB/T 26730")),
        candidate(credentials=(within("GB/T 26730"),)),
    ),
    (
        "scope",
        "scope.lacks",
        need(requirement=ALL_TWO, standards=NEW),
        candidate(credentials=(within("GB 6952"), within("GB/T 26730", type="CNAS_TESTING"))),
    ),
    (
        "scope",
        "scope.lacks",
        need(requirement=ANY_TWO, standards=NEW),
        candidate(credentials=(within("GB/T 26730", type="CNAS_TESTING"),)),
    ),
    (
        "scope",
        "scope.lacks",
        need(requirement=CMA, standards=NEW, needed_on=SOON),
        candidate(credentials=(within("GB 6952", until=date(2027, 2, 28), other="GB/T 26730"),)),
    ),
    (
        "scope",
        "scope.lacks",
        need(requirement=CMA, standards=NEW),
        candidate(credentials=(within("GB 6952", since=date(2026, 11, 21), other="GB/T 26730"),)),
    ),
    ("designated", "designated.not", need(designated_only=True), candidate()),
    ("designated", "designated.elsewhere", need(designated_only=True), candidate(designated=True, regions=(FAR,))),
    ("region", "region.outside", need(), candidate(regions=(FAR, SAME_CITY))),
    ("conflict", "conflict.same", need(), candidate(ties=(tie("same"),))),
    ("conflict", "conflict.owned", need(requirement=role("certify")), candidate(ties=(tie("owned", board=""),))),
    ("conflict", "conflict.owned", need(requirement=role("retest")), candidate(ties=(tie("owned", board=""),))),
    ("conflict", "conflict.consulted", need(requirement=role("certify")), candidate(ties=(tie("consulted"),))),
    ("conflict", "conflict.consulted", need(requirement=role("appraise")), candidate(ties=(tie("consulted"),))),
    ("conflict", "conflict.certified", need(requirement=role("consult")), candidate(ties=(tie("certified"),))),
    (
        "conflict",
        "conflict.consulted",
        need(requirement=role("certify")),
        candidate(ties=(tie("consulted", until=LAST_YEAR),)),
    ),
    (
        "conflict",
        "conflict.consulted",
        need(requirement=role("certify")),
        candidate(ties=(tie("consulted", board="", via="姊妹机构"),)),
    ),
    (
        "conflict",
        "conflict.named",
        need(requirement=role("certify"), consultant="机构 1"),
        candidate(1),
    ),
    ("conflict", "conflict.named", need(requirement=role("certify"), consultant="BODY 1"), candidate(1)),
    (
        "conflict",
        "conflict.named",
        need(requirement=role("certify"), consultant="示例姊妹公司"),
        candidate(1, kin=("示例姊妹公司",)),
    ),
    ("retest", "retest.first_body", need(requirement=role("retest"), first_test_body="机构1"), candidate(1)),
    (
        "retest",
        "retest.first_body",
        need(requirement=role("retest"), first_test_body="示例姊妹公司"),
        candidate(1, kin=("示例姊妹公司",)),
    ),
    ("retest", "retest.same_case", need(requirement=role("retest")), candidate(ties=(tie("tested", same_case=True),))),
    (
        "retest",
        "retest.for_a_party",
        need(requirement=role("appraise")),
        candidate(ties=(tie("tested", until=date(2010, 1, 1)),)),
    ),
    (
        "retest",
        "retest.for_a_party",
        need(requirement=role("appraise")),
        candidate(ties=(tie("consulted", until=date(2010, 1, 1)),)),
    ),
    ("capacity", "capacity.full", need(), candidate(weekly_capacity=2, record=seen(accepted_this_week=2))),
    ("capacity", "capacity.full", need(), candidate(weekly_capacity=0)),
    ("absence", "absence.away", need(), candidate(absences=((TODAY, TODAY),))),
    ("absence", "absence.away", need(), candidate(absences=((LAST_YEAR, SOON),))),
    ("tried", "tried.declined", need(), candidate(tried="declined", tried_on=TODAY)),
    ("tried", "tried.expired", need(), candidate(tried="expired", tried_on=TODAY)),
    ("tried", "tried.abandoned", need(), candidate(tried="abandoned", tried_on=TODAY)),
]


SAME_DOOR = {"designated": "region", "conflict": "retest"}


def ids(rows: list[tuple]) -> list[str]:
    return [f"{number}-{row[1]}" for number, row in enumerate(rows)]


@pytest.mark.parametrize(("gate", "code", "asked", "one"), STOPPED, ids=ids(STOPPED))
def test_the_gate_stops(gate: str, code: str, asked: NeedFacts, one: Candidate) -> None:
    name, failed, asks = gates.first_failed(asked, one, TODAY)
    assert failed is not None
    assert (name, failed.code, asks) == (gate, code, ())


@pytest.mark.parametrize(("gate", "code", "asked", "one"), STOPPED, ids=ids(STOPPED))
def test_without_the_gate_the_institution_would_be_offered_the_need(
    gate: str, code: str, asked: NeedFacts, one: Candidate
) -> None:
    """The twin of the test above. Where two gates guard the same door, both have to go."""
    others = [(name, each) for name, each in GATES if name not in {gate, SAME_DOOR.get(gate)}]
    match = matching.rank(asked, [one], today=TODAY, gates=others)
    assert [each.candidate for each in match.ranked] == [one]


PASSES = [
    ("all in order", need(), candidate()),
    ("on probation", need(), candidate(standing="probation")),
    ("credential in force", need(requirement=CMA), candidate(credentials=(held(),))),
    ("credential without end", need(requirement=CMA, needed_on=SOON), candidate(credentials=(held(valid_to=None),))),
    (
        "the standard is in scope",
        need(requirement=CMA, standards=NEW),
        candidate(credentials=(within("GB/T 6952—2015"),)),
    ),
    (
        "one of two credentials has it in scope",
        need(requirement=ANY_TWO, standards=NEW),
        candidate(credentials=(within("GB/T 26730"), within("GB 6952", type="CNAS_TESTING"))),
    ),
    (
        "the scope was renewed with the credential",
        need(requirement=CMA, standards=NEW, needed_on=SOON),
        candidate(
            credentials=(
                held(valid_to=date(2026, 12, 31), scope=(line("GB 6952"),)),
                held(valid_from=date(2027, 1, 1), scope=(line("GB 6952-2015"),)),
            )
        ),
    ),
    (
        "no credential is needed, so none has a scope",
        need(requirement=PREFERRED, standards=NEW),
        candidate(credentials=(within("GB/T 26730"),)),
    ),
    (
        "the parameter is in scope",
        need(requirement=CMA, parameters=("吸水率",)),
        candidate(credentials=(held(scope=(line(parameter="吸水率（煮沸法）"),)),)),
    ),
    ("credential ends today", need(requirement=CMA), candidate(credentials=(held(valid_to=TODAY),))),
    ("credential begins today", need(requirement=CMA), candidate(credentials=(held(valid_from=TODAY),))),
    (
        "renewed in time",
        need(requirement=CMA, needed_on=SOON),
        candidate(credentials=(held(valid_to=date(2026, 12, 31)), held(valid_from=date(2027, 1, 1)))),
    ),
    (
        "promised day is past",
        need(requirement=CMA, needed_on=LAST_YEAR),
        candidate(credentials=(held(valid_from=TODAY),)),
    ),
    ("one of two is enough", need(requirement=ANY_TWO), candidate(credentials=(held("CNAS_TESTING"),))),
    ("both of both", need(requirement=ALL_TWO), candidate(credentials=(held(), held("CNAS_TESTING")))),
    ("preferred never excludes", need(requirement=PREFERRED), candidate()),
    ("designated here", need(designated_only=True), candidate(designated=True, regions=("510000",))),
    ("serves the city around", need(), candidate(regions=("510100",))),
    ("serves everywhere", need(region=FAR), candidate()),
    ("advised long ago", need(requirement=role("certify")), candidate(ties=(tie("consulted", until=LONG_AGO),))),
    ("tested, now certifies", need(requirement=role("certify")), candidate(ties=(tie("tested"),))),
    ("certifies again", need(requirement=role("certify")), candidate(ties=(tie("certified"),))),
    ("consults again", need(requirement=role("consult")), candidate(ties=(tie("consulted"),))),
    ("same owner tests", need(requirement=role("test")), candidate(ties=(tie("owned", board=""),))),
    ("another consultant", need(requirement=role("certify"), consultant="另一家公司"), candidate(1)),
    ("another first body", need(requirement=role("retest"), first_test_body="另一家公司"), candidate(1)),
    ("away after the promised day", need(needed_on=SOON), candidate(absences=((date(2027, 3, 2), date(2027, 3, 9)),))),
    ("away some day, nothing promised", need(), candidate(absences=((SOON, SOON),))),
    ("some room left", need(), candidate(weekly_capacity=3, record=seen(accepted_this_week=2))),
]


@pytest.mark.parametrize(("what", "asked", "one"), PASSES, ids=[row[0] for row in PASSES])
def test_the_gates_open(what: str, asked: NeedFacts, one: Candidate) -> None:
    assert gates.first_failed(asked, one, TODAY) == ("", None, ())


ASKS = [
    ("need.region", need(region=""), candidate(regions=(HERE,))),
    ("need.region", need(region="", designated_only=True), candidate(designated=True)),
    ("need.region_finer", need(region="510100"), candidate(regions=(HERE,))),
    ("need.region_finer", need(region="510100", designated_only=True), candidate(designated=True, regions=(HERE,))),
    ("absence.coming", need(needed_on=SOON), candidate(absences=((SOON, SOON),))),
    ("scope.unknown", need(requirement=CMA, standards=NEW), candidate(credentials=(held(),))),
    (
        "scope.unknown",
        need(requirement=ANY_TWO, standards=NEW),
        candidate(credentials=(within("GB/T 26730"), held("CNAS_TESTING"))),
    ),
    (
        "scope.parameter",
        need(requirement=CMA, parameters=("吸水率", "抗裂性")),
        candidate(credentials=(held(scope=(line(parameter="吸水率"),)),)),
    ),
    (
        "conflict.consulted_elsewhere",
        need(requirement=role("certify")),
        candidate(ties=(tie("consulted", board="MC"),)),
    ),
    (
        "conflict.certified_elsewhere",
        need(requirement=role("consult")),
        candidate(ties=(tie("certified", board="CA"),)),
    ),
    (
        "conflict.perhaps_named",
        need(requirement=role("certify"), consultant="示例认证"),
        candidate(1, name_zh="成都示例认证有限公司"),
    ),
    (
        "retest.perhaps_first_body",
        need(requirement=role("retest"), first_test_body="示例检测"),
        candidate(1, name_zh="成都示例检测有限公司"),
    ),
    (
        "retest.tested_before",
        need(requirement=role("retest"), first_test_body="另一家"),
        candidate(ties=(tie("tested"),)),
    ),
]


@pytest.mark.parametrize(("code", "asked", "one"), ASKS, ids=ids([("", *row) for row in ASKS]))
def test_unknown_is_not_no(code: str, asked: NeedFacts, one: Candidate) -> None:
    name, failed, asks = gates.first_failed(asked, one, TODAY)
    assert (name, failed) == ("", None)
    assert [ask.code for ask in asks][:1] == [code]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (need(), []),
        (need(region=""), ["need.region"]),
        (need(unanswered=("report_use",)), ["need.answer"]),
        (need(requirement=role("certify"), consultant_used=None), ["need.consultant"]),
        (need(requirement=role("certify"), consultant_used=True), ["need.consultant"]),
        (need(requirement=role("certify"), consultant_used=True, consultant="某公司"), []),
        (need(requirement=role("certify"), consultant_used=False), []),
        (need(requirement=role("retest")), ["need.first_test_body"]),
        (need(requirement=role("appraise")), ["need.first_test_body"]),
        (need(requirement=role("retest"), first_test_body="某公司"), []),
    ],
)
def test_what_is_missing_about_the_need_is_asked_once(asked: NeedFacts, codes: list[str]) -> None:
    assert [ask.code for ask in gates.questions(asked)] == codes


def test_the_first_shut_gate_is_named() -> None:
    one = candidate(capability="paused", standing="suspended", regions=(FAR,), tried="declined", tried_on=TODAY)
    assert gates.first_failed(need(requirement=CMA), one, TODAY)[0] == "capability"
    reversed_gates = list(reversed(GATES))
    assert gates.first_failed(need(requirement=CMA), one, TODAY, reversed_gates)[0] == "tried"


def test_the_gates_stand_in_the_order_of_the_rules() -> None:
    order = [name for name, _gate in GATES]
    assert order == [
        "capability",
        "standing",
        "credential",
        "scope",
        "designated",
        "region",
        "conflict",
        "retest",
        "absence",
        "capacity",
        "tried",
    ]


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_two_years_back_is_a_day_of_the_calendar(day: date) -> None:
    before = gates.years_before(day, 2)
    assert 729 <= (day - before).days <= 732
    assert (before.year, before.month) == (day.year - 2, day.month)


@given(years=st.integers(0, 8), role_name=st.sampled_from(["certify", "appraise"]))
def test_advice_keeps_a_body_from_judging_for_two_years_and_no_longer(years: int, role_name: str) -> None:
    until = date(TODAY.year - years, 6, 1)
    verdict = gates.conflict(need(requirement=role(role_name)), candidate(ties=(tie("consulted", until=until),)), TODAY)
    assert isinstance(verdict, gates.Failed) is (until > LONG_AGO)


def test_every_gate_has_a_case_that_only_it_excludes() -> None:
    assert {gate for gate, *_rest in STOPPED} == {name for name, _gate in GATES}


def test_every_gate_is_for_somebody_the_only_one_that_stays_shut() -> None:
    alone = {
        gate
        for gate, _code, asked, one in STOPPED
        if matching.rank(asked, [one], today=TODAY, gates=[each for each in GATES if each[0] != gate]).ranked
    }
    assert alone == {name for name, _gate in GATES}
