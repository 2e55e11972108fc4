"""The kinds of credential the portal knows from the start."""

import re

import pytest

from experts import loading
from experts.models.credentials import CredentialType

pytestmark = pytest.mark.django_db

GENUINE = {
    "CMA": ["210012341234", "210012341234A"],
    "CNAS_TESTING": ["CNAS L1234", "CNASL12345"],
    "METROLOGY_AUTHORISATION": ["(川)法计(2021)01234号", "（渝）法计（2020）1234"],
    "CNCA_CERTIFICATION_BODY": ["CNCA-R-2002-001", "CNCA-RF-2003-45"],
    "PATENT_AGENCY": ["51100"],
}
WRONG = {
    "CMA": ["21001234123", "2100123412345"],
    "CNAS_TESTING": ["CNAS 1234", "L1234"],
    "CNCA_CERTIFICATION_BODY": ["CNCA-2002-001"],
    "PATENT_AGENCY": ["5110"],
}


def test_all_types_arrive_and_stay_as_a_curator_leaves_them() -> None:
    loaded, _promises = loading.load()
    assert loaded.created == CredentialType.objects.count() == 28
    assert CredentialType.objects.get(code="NONE").name_zh == "无须资质"
    assert CredentialType.objects.get(code="LAW_FIRM").number_pattern == ""

    CredentialType.objects.filter(code="CMA").update(note="ask for the annex")
    again, _promises = loading.load()
    assert (again.created, again.edited, again.unchanged) == (0, 1, 27)
    assert CredentialType.objects.get(code="CMA").note == "ask for the annex"


def test_patterns_catch_typing_errors_and_let_genuine_numbers_pass() -> None:
    loading.load()
    patterns = dict(CredentialType.objects.values_list("code", "number_pattern"))
    assert [(code, n) for code, numbers in GENUINE.items() for n in numbers if not re.search(patterns[code], n)] == []
    assert [(code, n) for code, numbers in WRONG.items() for n in numbers if re.search(patterns[code], n)] == []
