"""What each kind of list may say, and what it becomes."""

from datetime import date
from typing import Any

import pytest

from experts.models import Credential, CredentialScope, Equipment, Expert, Institution, StandingChange
from portal.accounts.roles import Role
from portal.imports.models import ImportRun
from tests.factories import make_credential, make_institution, make_region, make_user
from tests.portal.imports.rows import make_checked, make_done

pytestmark = pytest.mark.django_db


def one(of: str, *, done: bool = True, **cells: str) -> ImportRun:
    make = make_done if done else make_checked
    return make(make_user(Role.CURATOR, language="en"), [list(cells), list(cells.values())], kind=of)


def reasons(run: ImportRun) -> list[tuple[str, str]]:
    row: Any = run.rows.get()
    return [(problem["column"], problem["reason"]) for problem in row.problems]


def test_an_institution_comes_as_the_list_says() -> None:
    region = make_region()
    one(
        "institutions",
        name_zh="ＡＢＣ检测",
        region=region.name_zh,
        kind="政府部门",
        phone="028-80001234",
        standing="Active",
        uscc="91510185 MA6A000155",
    )
    made = Institution.objects.get()
    assert (made.name_zh, made.region, made.kind, made.phone) == ("ABC检测", region, "department", "+862880001234")
    assert (made.uscc, made.standing) == ("91510185MA6A000155", "active")
    steps = StandingChange.objects.order_by("pk").values_list("from_standing", "to_standing", "rule")
    assert list(steps) == [("applied", "reviewing", "import"), ("reviewing", "active", "import")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"region": "000000"}, "region"),
        ({"uscc": "91510185MA6A000154"}, "uscc"),
        ({"kind": "centre"}, "kind"),
        ({"kind": "bank"}, "kind"),
        ({"standing": "removed"}, "standing"),
        ({"phone": "12"}, "phone"),
        ({"weekly_capacity": "many"}, "weekly_capacity"),
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": "x" * 201}, "name_zh"),
    ],
)
def test_what_cannot_be_names_its_column(cells: dict[str, str], column: str) -> None:
    run = one("institutions", done=False, **{"name_zh": "甲", "region": make_region().pk, **cells})
    assert [name for name, _reason in reasons(run)] == [column]


def test_a_known_name_with_another_code_is_for_a_person_to_look_at() -> None:
    known = make_institution(uscc="91510185MA6A000155")
    run = one("institutions", done=False, name_zh=known.name_zh, region=known.region_id, uscc="12510000MB1A00012T")
    assert reasons(run) == [("uscc", "An institution of this name is on record with another credit code.")]


def test_a_region_of_which_there_are_two_asks_for_its_code() -> None:
    first, second = make_region("510185"), make_region("510104")
    type(first).objects.filter(pk__in=[first.pk, second.pk]).update(name_zh="锦江区")
    run = one("institutions", done=False, name_zh="甲", region="锦江区")
    assert "510185" in reasons(run)[0][1]


@pytest.mark.parametrize("said", ["name", "uscc"])
def test_an_experts_employer_is_recognised_in_the_pool(said: str) -> None:
    employer = make_institution(uscc="91510185MA6A000155")
    cells = {
        "姓名": "林工",
        "所在单位": employer.name_zh if said == "name" else "91510185MA6A000155",
        "专业领域": "卫浴",
    }
    one("experts", **cells)
    expert = Expert.objects.get()
    assert (expert.employer, expert.employer_name, expert.available) == (employer, "", True)
    assert (one("experts", **cells).known, Expert.objects.count()) == (1, 1)


def test_a_namesake_without_an_employer_is_another_expert() -> None:
    one("experts", name="林工", employer=make_institution().name_zh, fields_="卫浴")
    assert (one("experts", name="林工", fields_="陶瓷").added, Expert.objects.count()) == (1, 2)
    assert one("experts", name="林工", fields_="陶瓷").known == 1


@pytest.mark.parametrize("said", ["乙检测", "12510000MB1A00012T"])
def test_whoever_is_named_as_before_a_merging_is_the_one_that_stays(said: str) -> None:
    kept = make_institution(name_zh="甲检测", uscc="91510185MA6A000155")
    make_institution(name_zh="乙检测", uscc="12510000MB1A00012T", standing="merged", merged_into=kept)
    cells = {"name": "林工", "employer": said, "fields_": "卫浴"}
    assert (one("experts", **cells).added, Expert.objects.get().employer) == (1, kept)
    assert one("experts", **cells).known == 1
    one("equipment", owner=said, name="色谱仪")
    assert Equipment.objects.get().owner == kept


def test_an_institution_listed_as_before_a_merging_is_on_record_as_the_one_that_stays() -> None:
    kept = make_institution(name_zh="甲检测", uscc="91510185MA6A000155")
    make_institution(name_zh="乙检测", uscc="12510000MB1A00012T", standing="merged", merged_into=kept)
    for name in ("甲检测", "乙检测"):
        for code in (kept.uscc, "12510000MB1A00012T"):
            assert one("institutions", name_zh=name, uscc=code, region=kept.region_id).known == 1


def test_another_employer_is_another_expert() -> None:
    for employer in ("甲公司", "乙公司"):
        one("experts", name="林工", employer=employer, fields_="卫浴", available="否")
    assert sorted(Expert.objects.values_list("employer_name", "available")) == [("乙公司", False), ("甲公司", False)]


@pytest.mark.parametrize("day", ["2027-06-30", "2027/6/30", "2027年6月30日", "20270630", "2027.6.30"])
def test_an_instrument_belongs_to_an_institution_of_the_pool(day: str) -> None:
    owner = make_institution()
    cells = {"owner": owner.name_zh, "name": "色谱仪", "model": "X1", "calibrated_until": day}
    one("equipment", **cells)
    made = Equipment.objects.get()
    assert (made.owner, made.calibrated_until) == (owner, date(2027, 6, 30))
    assert one("equipment", **cells).known == 1
    assert (one("equipment", **cells, serial="SN-1").added, one("equipment", **cells, serial="SN-2").added) == (1, 1)
    assert one("equipment", **cells, serial="SN-1").known == 1


def test_an_instrument_of_nobody_is_refused() -> None:
    assert reasons(one("equipment", done=False, owner="没有的", name="x"))[0][0] == "owner"


def test_a_scope_row_is_added_to_the_newest_credential_of_its_number() -> None:
    institution = make_institution()
    old = make_credential(institution, number="A1", valid_from=date(2020, 1, 1), valid_to=date(2025, 1, 1))
    new = make_credential(institution, number="A1")
    cells = {"资质编号": "A1", "对象或产品": "陶瓷砖", "parameter": "吸水率"}
    one("scope", **cells)
    row = CredentialScope.objects.get()
    assert (row.credential, row.object, row.parameter) == (new, "陶瓷砖", "吸水率")
    assert (one("scope", **cells).known, old.scope.count()) == (1, 0)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"number": "B2"}, "number"),
        ({"number": "A1"}, "number"),
        ({"number": "A1", "institution": "甲", "since": "2026-02-01", "until": "2026-01-01"}, "until"),
        ({"number": "A1", "institution": "甲", "object": ""}, "object"),
    ],
)
def test_a_scope_row_that_fits_no_one_credential_is_refused(cells: dict[str, str], column: str) -> None:
    for name in ("甲", "乙"):
        make_credential(make_institution(name_zh=name), number="A1")
    assert reasons(one("scope", done=False, **{"object": "砖", **cells}))[0][0] == column
    assert Credential.objects.count() == 2
