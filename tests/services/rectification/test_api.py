"""Programs do what the pages do, by the same rules."""

from datetime import timedelta
from typing import Any

import pytest

from portal.accounts.roles import Role
from services.rectification.models import Appeal
from tests.factories import NOW, TODAY, make_user
from tests.people import program_of
from tests.services.rectification.rows import fresh, make_answer, make_handed, make_sides

pytestmark = pytest.mark.django_db
ROWS, APPEALS = "/api/v1/rectifications/", "/api/v1/appeals/"


def post(user: Any, path: str, **said: Any) -> Any:
    return program_of(user).post(path, said, format="json", headers={"Idempotency-Key": f"key-{path}-{len(said)}"})


def test_each_side_reads_what_its_page_shows() -> None:
    sides, row = make_handed()
    [found] = program_of(sides.owner).get(ROWS).json()["results"]
    assert {name: found[name] for name in ("id", "case", "referral", "state", "grade", "comment", "version")} == {
        "id": row.pk,
        "case": row.case.number,
        "referral": row.referral_id,
        "state": "called_back",
        "grade": 1,
        "comment": "报告晚了两周",
        "version": row.version,
    }
    theirs = program_of(sides.provider).get(f"{ROWS}{row.pk}/").json()
    assert (theirs["comment"], theirs["rounds"][0]["text"]) == ("", "请重新出具报告")
    assert program_of(make_user()).get(f"{ROWS}{row.pk}/").status_code == 404
    assert program_of(sides.lead).get(ROWS, {"state": "closed"}).json()["results"] == []


def test_the_institution_replies() -> None:
    sides, row = make_handed()
    said = {"cause": "登记错误", "measures": "已更换", "done_on": TODAY.isoformat()}
    answer = post(sides.provider, f"{ROWS}{row.pk}/reply/", **said)
    found = answer.json()
    assert (answer.status_code, found["state"], found["rounds"][0]["cause"]) == (200, "replied", "登记错误")
    assert post(sides.provider, f"{ROWS}{row.pk}/reply/", **said, version=1).status_code == 409
    assert post(sides.provider, f"{ROWS}{row.pk}/reply/").status_code == 400
    assert fresh(row).state == "replied"


def test_what_is_to_be_done_one_day_is_no_reply() -> None:
    sides, row = make_handed()
    said = {"cause": "登记错误", "measures": "已更换", "done_on": (TODAY + timedelta(days=1)).isoformat()}
    answer = post(sides.provider, f"{ROWS}{row.pk}/reply/", **said)
    assert (answer.status_code, "future" in answer.content.decode()) == (400, True)
    assert fresh(row).state == "called_back"


def test_it_appeals_and_an_officer_decides() -> None:
    sides, judge = make_sides(), make_user(Role.APPEALS_OFFICER)
    make_answer(sides, now=NOW)
    answer = post(sides.provider, APPEALS, referral=sides.referral.pk, reason="有签收单")
    assert (answer.status_code, answer.json()["state"], answer.json()["grade"]) == (201, "lodged", 1)
    assert post(make_user(Role.PROVIDER), APPEALS, referral=sides.referral.pk, reason="x").status_code == 404
    [found] = program_of(judge).get(APPEALS, {"state": "lodged"}).json()["results"]
    path = f"{APPEALS}{found['id']}/decide/"
    assert post(sides.lead, path, uphold=True, decision="x").status_code == 403
    assert post(judge, path, uphold=True).status_code == 400
    assert post(judge, path, uphold=False, decision="证据不足").json()["state"] == "dismissed"
    assert Appeal.objects.get().decision == "证据不足"


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(number: int, django_assert_num_queries: Any) -> None:
    made = [make_handed() for _ in range(number)]
    program = program_of(made[0][0].lead)
    program.get(ROWS)
    with django_assert_num_queries(5):
        assert len(program.get(ROWS).json()["results"]) == number
