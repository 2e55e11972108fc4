"""Size classes at every threshold of every rule, from the rules and from a table written by hand."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises import size_classes
from enterprises.size_classes import Finding, SizeClass, SizeRule, classify, find, rules

RULES = list(rules().values())
L, M, S, X = SizeClass.LARGE, SizeClass.MEDIUM, SizeClass.SMALL, SizeClass.MICRO

# rule, then (head count, revenue, assets, class); None where the quantity does not count
TABLE: list[tuple[str, int | None, int | None, int | None, SizeClass]] = [
    ("agriculture", None, 20000, None, L),
    ("agriculture", None, 19999, None, M),
    ("agriculture", None, 500, None, M),
    ("agriculture", None, 499, None, S),
    ("agriculture", None, 50, None, S),
    ("agriculture", None, 49, None, X),
    ("industry", 1000, 40000, None, L),
    ("industry", 1000, 39999, None, M),
    ("industry", 999, 40000, None, M),
    ("industry", 300, 2000, None, M),
    ("industry", 300, 1999, None, S),
    ("industry", 299, 90000, None, S),
    ("industry", 20, 300, None, S),
    ("industry", 20, 299, None, X),
    ("industry", 19, 90000, None, X),
    ("construction", None, 80000, 80000, L),
    ("construction", None, 80000, 79999, M),
    ("construction", None, 6000, 5000, M),
    ("construction", None, 6000, 4999, S),
    ("construction", None, 300, 300, S),
    ("construction", None, 299, 300, X),
    ("wholesale", 200, 40000, None, L),
    ("wholesale", 199, 40000, None, M),
    ("wholesale", 20, 5000, None, M),
    ("wholesale", 19, 5000, None, S),
    ("wholesale", 5, 1000, None, S),
    ("wholesale", 4, 1000, None, X),
    ("retail", 300, 20000, None, L),
    ("retail", 50, 500, None, M),
    ("retail", 10, 100, None, S),
    ("retail", 9, 100, None, X),
    ("transport", 1000, 30000, None, L),
    ("transport", 300, 3000, None, M),
    ("transport", 20, 200, None, S),
    ("transport", 20, 199, None, X),
    ("warehousing", 200, 30000, None, L),
    ("warehousing", 100, 1000, None, M),
    ("warehousing", 20, 100, None, S),
    ("warehousing", 19, 100, None, X),
    ("postal", 1000, 30000, None, L),
    ("postal", 300, 2000, None, M),
    ("postal", 20, 100, None, S),
    ("postal", 20, 99, None, X),
    ("accommodation", 300, 10000, None, L),
    ("accommodation", 100, 2000, None, M),
    ("accommodation", 10, 100, None, S),
    ("accommodation", 9, 100, None, X),
    ("catering", 300, 10000, None, L),
    ("catering", 100, 2000, None, M),
    ("catering", 10, 100, None, S),
    ("catering", 10, 99, None, X),
    ("information_transmission", 2000, 100000, None, L),
    ("information_transmission", 100, 1000, None, M),
    ("information_transmission", 10, 100, None, S),
    ("information_transmission", 9, 100, None, X),
    ("software", 300, 10000, None, L),
    ("software", 100, 1000, None, M),
    ("software", 10, 50, None, S),
    ("software", 10, 49, None, X),
    ("real_estate_development", None, 200000, 10000, L),
    ("real_estate_development", None, 200000, 9999, M),
    ("real_estate_development", None, 1000, 5000, M),
    ("real_estate_development", None, 100, 2000, S),
    ("real_estate_development", None, 100, 1999, X),
    ("property_management", 1000, 5000, None, L),
    ("property_management", 300, 1000, None, M),
    ("property_management", 100, 500, None, S),
    ("property_management", 99, 500, None, X),
    ("leasing_business_services", 300, None, 120000, L),
    ("leasing_business_services", 100, None, 8000, M),
    ("leasing_business_services", 10, None, 100, S),
    ("leasing_business_services", 10, None, 99, X),
    ("other", 300, None, None, L),
    ("other", 299, None, None, M),
    ("other", 100, None, None, M),
    ("other", 99, None, None, S),
    ("other", 10, None, None, S),
    ("other", 9, None, None, X),
]


@pytest.mark.parametrize(("key", "employees", "revenue", "assets", "expected"), TABLE)
def test_the_table(
    key: str, employees: int | None, revenue: int | None, assets: int | None, expected: SizeClass
) -> None:
    given_values = {"employees": employees, "revenue_10k_cny": revenue, "assets_10k_cny": assets}
    assert classify(rules()[key], **given_values) is expected


def test_the_table_knows_every_rule_and_every_class_of_it() -> None:
    assert {row[0] for row in TABLE} == set(rules())
    assert len(rules()) == 16
    for key in rules():
        assert {row[4] for row in TABLE if row[0] == key} == {L, M, S, X}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_exactly_the_thresholds_make_a_class_and_one_below_does_not(rule: SizeRule) -> None:
    for reached, thresholds in rule.steps():
        assert classify(rule, **thresholds) is reached
        for name, least in thresholds.items():
            assert classify(rule, **{**thresholds, name: least - 1}) is not reached


@st.composite
def rules_and_figures(draw: st.DrawFn) -> tuple[SizeRule, dict[str, int]]:
    """A rule with figures at, just below and just above its thresholds, and anywhere else."""
    rule = draw(st.sampled_from(RULES))
    figures = {}
    for name in rule.basis:
        edges = [thresholds[name] + step for _, thresholds in rule.steps() for step in (-1, 0, 1)]
        figures[name] = draw(st.one_of(st.sampled_from(edges), st.integers(0, 300_000)))
    return rule, figures


@given(rules_and_figures())
def test_a_class_is_reached_by_every_value_and_by_no_class_above(case: tuple[SizeRule, dict[str, int]]) -> None:
    rule, figures = case
    reached = [step for step, least in rule.steps() if all(figures[name] >= least[name] for name in rule.basis)]
    assert classify(rule, **figures) is (reached[0] if reached else X)


@given(rules_and_figures(), st.data())
def test_growing_never_makes_an_enterprise_smaller(case: tuple[SizeRule, dict[str, int]], data: st.DataObject) -> None:
    rule, figures = case
    order = [X, S, M, L]
    more = {name: value + data.draw(st.integers(0, 50_000)) for name, value in figures.items()}
    assert order.index(classify(rule, **more)) >= order.index(classify(rule, **figures))


@given(rules_and_figures(), st.data())
def test_a_missing_figure_gives_an_answer_only_where_it_cannot_matter(
    case: tuple[SizeRule, dict[str, int]], data: st.DataObject
) -> None:
    rule, figures = case
    missing = data.draw(st.sampled_from(rule.basis))
    partly: dict[str, Any] = {**figures, missing: None}
    answers = {classify(rule, **{**figures, missing: value}) for value in (0, 10**9)}
    assert classify(rule, **partly) is (answers.pop() if len(answers) == 1 else None)


@pytest.mark.parametrize(
    ("key", "figures", "expected"),
    [
        (None, {"employees": 5}, Finding(SizeClass.UNKNOWN, (size_classes.NO_INDUSTRY,))),
        ("", {"employees": 5000}, Finding(SizeClass.NOT_APPLICABLE, (size_classes.NO_CLASS,))),
        ("split", {"employees": 5}, Finding(SizeClass.UNKNOWN, (size_classes.TOO_COARSE,))),
        ("industry", {"employees": 19}, Finding(X)),
        (
            "industry",
            {"employees": 500},
            Finding(SizeClass.UNKNOWN, (size_classes.QUANTITIES["revenue_10k_cny"],)),
        ),
        (
            "construction",
            {"employees": 500},
            Finding(
                SizeClass.UNKNOWN,
                (size_classes.QUANTITIES["revenue_10k_cny"], size_classes.QUANTITIES["assets_10k_cny"]),
            ),
        ),
        ("industry", {"employees": 1000, "revenue_10k_cny": Decimal("39999.99")}, Finding(M)),
    ],
)
def test_what_cannot_be_told_says_why(key: str | None, figures: dict[str, Any], expected: Finding) -> None:
    assert find(key, **figures) == expected
