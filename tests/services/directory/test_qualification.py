"""What a service item asks of an institution, by its own rule or by the answers given, and whether it is held."""

from datetime import timedelta
from typing import Any

import pytest

from experts import credentials
from experts.credentials import ScopeRow
from experts.models import Credential, Institution
from services.directory.models import Capability
from services.directory.qualification import Reliance, Requirement, admitted, relied_on, requirement
from services.directory.stated import to_cover
from tests.factories import TODAY, make_capability, make_credential, make_institution, make_item

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
    assert relied_on(institution, Requirement(("CMA",), "all", "none"), [], day=TODAY) == Reliance(
        met=True, credential=longest
    )


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
    assert relied_on(institution, Requirement(("CMA",), "all", "none"), [], day=TODAY) == Reliance(met=False)


def test_where_no_credential_is_needed_everybody_is_qualified() -> None:
    assert relied_on(make_institution(), Requirement((), "any", "none"), [], day=TODAY) == Reliance(met=True)


# What the credentials are for

NEW, OTHER = ScopeRow("卫生陶瓷", method="GB/T 6952-2015"), ScopeRow("卫生陶瓷", method="GB/T 26730-2011")
INSTRUMENTS = [{"name": "压力表", "range": "0–1.6 MPa"}]
ASKED, RANGE = to_cover({"test_basis": "按 GB/T 6952-2015 检测", "instruments": INSTRUMENTS})
CMA, EITHER = Requirement(("CMA",), "all", "none"), Requirement(("CMA", "CNAS"), "any", "none")


def held_for(institution: Institution, *lines: ScopeRow, type: str = "CMA", **fields: Any) -> Credential:
    credential = make_credential(institution, type, **fields)
    credentials.rescope(credential, lines, on=TODAY - timedelta(days=30))
    return credential


@pytest.mark.parametrize(
    ("lines", "outside"),
    [
        ((NEW, OTHER), None),
        ((OTHER,), ASKED),
        ((), None),
        ((ScopeRow("卫生陶瓷", "吸水率"),), None),
        ((ScopeRow("压力表", range="0–600 kPa"),), RANGE),
        ((ScopeRow("压力表", range="0–6 MPa"),), None),
        ((ScopeRow("卡尺", range="0–200 mm"),), None),
    ],
)
def test_a_scope_on_record_has_to_cover_what_is_stated_and_one_that_is_not_shuts_nobody_out(
    lines: tuple[ScopeRow, ...], outside: object
) -> None:
    institution = make_institution()
    credential = held_for(institution, *lines)
    wanted = Reliance(met=False, outside=outside) if outside else Reliance(met=True, credential=credential)
    assert relied_on(institution, CMA, [ASKED, RANGE], day=TODAY) == wanted


def test_a_line_that_was_cut_counts_for_the_days_before() -> None:
    institution = make_institution()
    credential = held_for(institution, NEW, OTHER)
    credentials.rescope(credential, [OTHER], on=TODAY)
    assert relied_on(institution, CMA, [ASKED], day=TODAY).outside == ASKED
    assert relied_on(institution, CMA, [ASKED], day=TODAY - timedelta(days=1)).credential == credential


def test_of_several_the_one_that_covers_it_is_relied_on_though_another_is_valid_longer() -> None:
    institution = make_institution()
    held_for(institution, OTHER, valid_to=TODAY + timedelta(days=300))
    good = held_for(institution, NEW, type="CNAS", valid_to=TODAY + timedelta(days=30))
    assert relied_on(institution, EITHER, [ASKED], day=TODAY) == Reliance(met=True, credential=good)


def test_where_a_credential_is_only_preferred_its_scope_shuts_nobody_out() -> None:
    institution = make_institution()
    credential = held_for(institution, OTHER)
    preferred = Requirement(("CMA",), "preferred", "none")
    assert relied_on(institution, preferred, [ASKED], day=TODAY) == Reliance(met=True, credential=credential)


# Who may take work on


@pytest.mark.parametrize(
    ("standing", "state", "may"),
    [
        ("active", "approved", True),
        ("probation", "approved", True),
        ("suspended", "approved", False),
        ("removed", "approved", False),
        ("active", "paused", False),
        ("active", "proposed", False),
        ("active", "retired", False),
    ],
)
def test_only_who_is_in_good_standing_and_approved_takes_work_on(standing: str, state: str, may: bool) -> None:
    institution, item = make_institution(standing=standing), make_item()
    make_capability(institution, item, state=Capability.State(state))
    assert admitted(institution, item) is may
    assert not admitted(institution, make_item()), "another item"
