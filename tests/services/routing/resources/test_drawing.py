"""Experts and instruments found for a need: by the questions of its item and by its words, from real rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from experts.models import Equipment, Expert, Institution
from services.cases.models import Need
from services.routing import actions
from services.routing.models import MatchRecord
from services.routing.resources import calling
from services.routing.resources.found import Resources
from tests.factories import (
    NOW,
    TODAY,
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db


def question(key: str) -> dict[str, str]:
    return {"key": key, "label_zh": key, "label_en": key, "type": "text"}


def make_expert(fields: str = "陶瓷", **columns: Any) -> Expert:
    name = columns.pop("name", f"示例专家{Expert.objects.count() + 1}")
    columns.setdefault("region", make_region())
    return Expert.objects.create(name=name, fields=fields, **{"interests_declared": "无", **columns})


def make_equipment(name: str = "三坐标测量机", **columns: Any) -> Equipment:
    columns.setdefault("owner", make_institution() if "owner" not in columns else None)
    return Equipment.objects.create(name=name, **{"calibrated_until": TODAY + timedelta(days=400), **columns})


def visit(now: Any = NOW, **fields: Any) -> Need:
    item = make_item("MC", name_zh="企业质量诊断", intake_questions=[question("plant_visit_dates")])
    case = make_case(enterprise=make_enterprise(name="示例陶瓷企业"), product="卫生陶瓷", now=now)
    return make_need(case, item, now=now, **fields)


def booking(said: str = "想用三坐标测齿轮", now: Any = NOW) -> Need:
    item = make_item("LS", intake_questions=[question("time_slots"), question("equipment_name")])
    case = make_case(enterprise=make_enterprise(), now=now)
    return make_need(case, item, answers={"equipment_name": said}, now=now)


def found(need: Need) -> Resources:
    [only] = actions.rank(actions.load(need.pk), now=NOW).resources
    return only


def outcome(need: Need) -> tuple[list[int], dict[int, tuple[str, str]]]:
    got = found(need)
    shut = {each.one.id: (each.gate, each.failed.code) for each in got.excluded}
    return sorted(each.one.id for each in got.ranked), shut


def test_a_need_whose_item_asks_for_neither_gets_none_and_costs_nothing() -> None:
    need = make_need(make_case(enterprise=make_enterprise()))
    make_expert()
    with CaptureQueriesContext(connection) as plain:
        assert actions.rank(actions.load(need.pk), now=NOW).resources == ()
    with CaptureQueriesContext(connection) as asking:
        assert actions.rank(actions.load(visit().pk), now=NOW).resources != ()
    made = [row["sql"] for row in asking.captured_queries]
    assert sum("experts_expert" in sql for sql in made) == 2
    assert not any("experts_expert" in row["sql"] for row in plain.captured_queries)


def test_experts_are_found_by_their_fields_and_kept_out_by_each_gate() -> None:
    need = visit()
    both, one = make_expert("质量诊断，陶瓷"), make_expert("陶瓷; 水泥", region=make_region("440306"))
    busy = make_expert(available=False)
    gone = make_expert(employer=make_institution(standing="removed"))
    own = make_expert(employer_name="示例陶瓷企业")
    declared = make_expert(interests_declared="持有示例陶瓷企业股份")
    other, far = make_expert("食品"), make_expert("食品", region=make_region("440306"))
    ranked, shut = outcome(need)
    assert ranked == [both.pk, one.pk]
    assert [each.one.id for each in found(need).ranked] == [both.pk, one.pk]
    assert found(need).ranked[0].one.named == ("质量诊断", "陶瓷")
    assert shut == {
        busy.pk: ("availability", "expert.unavailable"),
        gone.pk: ("standing", "expert.standing"),
        own.pk: ("conflict", "conflict.same"),
        declared.pk: ("conflict", "expert.declared"),
        other.pk: ("field", "expert.field"),
    }
    assert far.pk not in shut


def test_instruments_are_found_by_name_and_kept_out_by_each_gate() -> None:
    need = booking()
    fits = make_equipment()
    unknown = make_equipment("三坐标测量仪", calibrated_until=None)
    busy = make_equipment(available=False)
    over = make_equipment(calibrated_until=TODAY - timedelta(days=1))
    shut_owner = make_equipment(owner=make_institution(standing="suspended"))
    own = make_equipment(owner=make_institution(name_zh=need.case.enterprise.name))
    other = make_equipment("气相色谱仪")
    ranked, shut = outcome(need)
    assert ranked == [fits.pk, unknown.pk]
    got = {each.one.id: (each.one.named, [ask.code for ask in each.asks]) for each in found(need).ranked}
    assert got == {fits.pk: (("坐标",), []), unknown.pk: (("坐标",), ["equipment.calibration"])}
    assert shut == {
        busy.pk: ("availability", "equipment.unavailable"),
        over.pk: ("calibration", "equipment.calibration_over"),
        shut_owner.pk: ("standing", "equipment.standing"),
        own.pk: ("conflict", "conflict.same"),
        other.pk: ("field", "equipment.field"),
    }


@pytest.mark.parametrize("said", ["", "的", "\0", "(）%s '\"", "9" * 2000])
def test_whatever_is_said_about_the_instrument_is_no_error(said: str) -> None:
    make_equipment()
    assert found(booking(said.replace("\0", "")))
    assert calling.plain(said + "\0x").endswith("x") or len(said) > calling.MOST_CHARACTERS


def test_the_statements_are_as_many_for_one_as_for_thirty_and_the_rest_is_counted() -> None:
    counts = []
    need = visit()
    for number in (1, 29):
        Expert.objects.bulk_create(
            Expert(name=f"专家{number}-{at}", fields="陶瓷", region=make_region()) for at in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            got = found(need)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert (len(got.ranked), got.behind) == (10, {"": 20})


def offered(need: Need) -> Institution:
    institution = make_institution()
    make_capability(institution, need.item)
    return institution


@pytest.mark.parametrize(("language", "words"), [("en", "Experts for this need"), ("zh-hans", "本需求可请的专家")])
def test_the_desk_reads_them_beside_the_institutions_and_the_record_keeps_them(
    client: Client, language: str, words: str
) -> None:
    desk, now = make_user("specialist"), timezone.now()
    need = visit(now=now)
    institution = offered(need)
    make_expert(name="示例专家甲", employer=institution, availability="周三、周五")
    make_expert(name="示例专家乙", available=False)
    client.force_login(desk)
    client.cookies["django_language"] = language
    html = client.get(reverse("routing:need", args=[need.pk])).content.decode()
    assert [each for each in (words, "示例专家甲", "周三、周五", "示例专家乙") if each not in html] == []
    referral = actions.offer(actions.load(need.pk), institution, by=desk, now=now)
    record = MatchRecord.objects.get(referral=referral)
    [kept] = record.resources
    assert (kept["kind"], kept["rule_version"], len(kept["ranked"])) == ("expert", "resources/1", 1)
    assert [each["gate"] for each in kept["excluded"]] == ["availability"]
    assert "示例专家" not in str(record.resources), "a record keeps numbers, not names"
    Expert.objects.filter(name="示例专家乙").delete()
    page = client.get(reverse("routing:record", args=[record.pk])).content.decode()
    assert words in page and "示例专家甲" in page and "示例专家乙" not in page
    client.force_login(need.case.submitter)
    assert "示例专家" not in client.get(reverse("routing:record", args=[record.pk])).content.decode()
