"""GB/T 4754-2017: twenty sections, ninety-seven divisions, and the groups that size rules tell apart."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from portal.reference import loading
from portal.reference.models import Industry

ROWS = list(csv.DictReader((loading.DATA / "industries.csv").read_text(encoding="utf-8").splitlines()))
BY_CODE = {row["code"]: row for row in ROWS}
RULES = Path(__file__).resolve().parents[3] / "enterprises" / "fixtures" / "sme_rules.json"

SECTIONS = {
    **dict.fromkeys(range(1, 6), "A"),
    **dict.fromkeys(range(6, 13), "B"),
    **dict.fromkeys(range(13, 44), "C"),
    **dict.fromkeys(range(44, 47), "D"),
    **dict.fromkeys(range(47, 51), "E"),
    **dict.fromkeys(range(51, 53), "F"),
    **dict.fromkeys(range(53, 61), "G"),
    **dict.fromkeys(range(61, 63), "H"),
    **dict.fromkeys(range(63, 66), "I"),
    **dict.fromkeys(range(66, 70), "J"),
    70: "K",
    71: "L",
    72: "L",
    **dict.fromkeys(range(73, 76), "M"),
    **dict.fromkeys(range(76, 80), "N"),
    **dict.fromkeys(range(80, 83), "O"),
    83: "P",
    84: "Q",
    85: "Q",
    **dict.fromkeys(range(86, 91), "R"),
    **dict.fromkeys(range(91, 97), "S"),
    97: "T",
}


def test_all_sections_and_divisions_are_there_where_they_belong() -> None:
    assert "".join(row["code"] for row in ROWS if row["level"] == "1") == "ABCDEFGHIJKLMNOPQRST"
    divisions = {int(row["code"]): row["section"] for row in ROWS if row["level"] == "2"}
    assert divisions == SECTIONS
    assert Counter(row["level"] for row in ROWS) == {"1": 20, "2": 97, "3": 12}


def test_every_size_rule_is_used_and_known() -> None:
    keys = {rule["key"] for rule in json.loads(RULES.read_text(encoding="utf-8"))}
    used = {row["size_rule"] for row in ROWS}
    assert used == keys | {"", Industry.SPLIT}


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("01", "agriculture"),
        ("33", "industry"),
        ("44", "industry"),
        ("50", "construction"),
        ("51", "wholesale"),
        ("52", "retail"),
        ("53", ""),
        ("54", "transport"),
        ("58", "transport"),
        ("59", "split"),
        ("591", "transport"),
        ("592", "warehousing"),
        ("599", "warehousing"),
        ("60", "postal"),
        ("61", "accommodation"),
        ("62", "catering"),
        ("63", "information_transmission"),
        ("64", "information_transmission"),
        ("65", "software"),
        ("J", ""),
        ("70", "split"),
        ("701", "real_estate_development"),
        ("702", "property_management"),
        ("703", "other"),
        ("704", "other"),
        ("709", "other"),
        ("71", "leasing_business_services"),
        ("72", "leasing_business_services"),
        ("75", "other"),
        ("83", ""),
        ("84", ""),
        ("85", "other"),
        ("90", "other"),
        ("96", ""),
        ("97", ""),
    ],
)
def test_the_rule_of_an_industry(code: str, rule: str) -> None:
    assert BY_CODE[code]["size_rule"] == rule


def test_a_parent_says_split_only_where_its_parts_differ() -> None:
    for row in ROWS:
        below = {other["size_rule"] for other in ROWS if other["parent"] == row["code"]}
        if below:
            assert (row["size_rule"] == "split") == (len(below) > 1 or below == {"split"}), row["code"]


@pytest.mark.django_db
def test_an_industry_is_found_by_code_name_and_pinyin_and_knows_its_place() -> None:
    loading.load()
    assert [str(row) for row in Industry.objects.search("C33")] == ["金属制品业"]
    assert "34" in set(Industry.objects.search("通用设备").values_list("code", flat=True))
    assert "47" in set(Industry.objects.search("fwjz").values_list("code", flat=True))
    assert {row.code for row in Industry.objects.within("F")} == {"F", "51", "52"}
    group = Industry.objects.get(code="701")
    assert [row.full_code for row in Industry.objects.ancestors(group)] == ["K", "K70"]
    assert group.full_code == "K701"
