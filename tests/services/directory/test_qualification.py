"""What a service item asks of an institution, by its own rule or by the answers given, and whether it is held."""

from datetime import timedelta
from typing import Any

import pytest

from experts.models import Credential
from services.directory.qualification import Requirement, relied_on, requirement
from tests.factories import TODAY, make_credential, make_institution, make_item

pytestmark = pytest.mark.django_db

RULES = [
    {"when": {"question": "purpose", "equals": "court"}, "required_credentials": ["CMA"], "credential_mode": "all"},
    {"when": {"question": "marks", "equals": "cnas"}, "required_credentials": ["CNAS"], "conflict_role": "tester"},
]


@pytest.mark.parametrize(
    ("answers", "codes", "mode", "role"),
    [
        ({}, ("CMA", "CNAS"), "any", "none"),
        ({"purpose": "unsure"}, ("CMA", "CNAS"), "any", "none"),
        ({"purpose": "court"}, ("CMA",), "all", "none"),
        ({"marks": ["cma", "cnas"]}, ("CNAS",), "any", "tester"),
        ({"purpose": "court", "marks": "cnas"}, ("CMA",), "all", "none"),
    ],
)
def test_the_first_rule_whose_answer_was_given_replaces_the_defaults(
    answers: dict[str, Any], codes: tuple[str, ...], mode: str, role: str
) -> None:
    item = make_item(
        required_credentials=["CMA", "CNAS"], credential_mode="any", credential_rules=RULES, conflict_role="none"
    )
    assert requirement(item, answers) == Requirement(codes=codes, mode=mode, conflict_role=role)


@pytest.mark.parametrize(
    ("codes", "mode", "held", "met"),
    [
        ((), "any", [], True),
        (("CMA",), "all", [], False),
        (("CMA",), "all", ["CMA"], True),
        (("CMA", "CNAS"), "all", ["CMA"], False),
        (("CMA", "CNAS"), "all", ["CNAS", "CMA"], True),
        (("CMA", "CNAS"), "any", ["CNAS"], True),
        (("CMA", "CNAS"), "any", ["CCC"], False),
        (("CMA",), "preferred", [], True),
    ],
)
def test_all_any_or_none_of_the_credentials_are_enough(
    codes: tuple[str, ...], mode: str, held: list[str], met: bool
) -> None:
    assert Requirement(codes, mode, "none").met_by(held) is met


def test_an_institution_relies_on_the_credential_that_is_valid_longest() -> None:
    institution = make_institution()
    make_credential(institution, "CMA", valid_to=TODAY + timedelta(days=30))
    longest = make_credential(institution, "CMA", valid_to=TODAY + timedelta(days=300))
    assert relied_on(institution, Requirement(("CMA",), "all", "none"), day=TODAY) == (True, longest)


@pytest.mark.parametrize(
    "lacking",
    [
        {"valid_to": TODAY - timedelta(days=1)},
        {"state": Credential.State.SUSPENDED},
        {"state": Credential.State.CLAIMED},
        {"valid_from": TODAY + timedelta(days=1)},
    ],
)
def test_what_is_not_in_force_on_the_day_counts_for_nothing(lacking: dict[str, Any]) -> None:
    institution = make_institution()
    make_credential(institution, "CMA", **lacking)
    assert relied_on(institution, Requirement(("CMA",), "all", "none"), day=TODAY) == (False, None)


def test_where_no_credential_is_needed_everybody_is_qualified() -> None:
    assert relied_on(make_institution(), Requirement((), "any", "none"), day=TODAY) == (True, None)
