"""Recording for a caller: looking up, filling in, an enterprise not known yet, and who is on record."""

import pytest
from django.test import Client

from enterprises.models import Enterprise
from portal.accounts.models import Consent, User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from services.cases.models import Case, CaseEvent, Channel, Verb
from tests.factories import NOW, make_case, make_enterprise, make_station, make_user
from tests.people import browser_of, make_notice

pytestmark = pytest.mark.django_db

FORM_QUERIES = {1: 7, 3: 7}
LOOKUP_QUERIES = {1: 5, 3: 5}
CALL = {
    "enterprise_name": "成都示例卫浴有限公司",
    "contact_name": "李工",
    "contact": "138 0000 1111",
    "text": "参加展会怎么报名？",
    "channel": "phone",
    "consent": "on",
}


@pytest.fixture
def specialist() -> User:
    make_notice()
    return make_user(Role.SPECIALIST)


@pytest.fixture
def desk(specialist: User) -> Client:
    return browser_of(specialist)


@pytest.fixture
def call(specialist: User) -> dict[str, object]:
    return {**CALL, "station": make_station().pk}


def test_a_call_is_recorded_with_channel_recorder_caller_and_spoken_consent(
    specialist: User, desk: Client, call: dict[str, object]
) -> None:
    answer = desk.post("/intake/assisted/", call)
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, case.get_absolute_url())
    assert (case.channel, case.recorder, case.contact_phone) == (Channel.PHONE, specialist, "+8613800001111")
    assert case.submitter is not None and case.submitter.phone == "+8613800001111"
    spoken = Consent.objects.get(user=case.submitter)
    assert (spoken.purpose, spoken.channel, spoken.recorded_by) == ("case", "spoken", specialist)
    assert CaseEvent.objects.get(case=case).verb == Verb.RECORDED


def test_an_enterprise_not_known_yet_is_recorded_provisionally(desk: Client, call: dict[str, object]) -> None:
    desk.post("/intake/assisted/", {**call, "uscc": "91510185MA6A000155"})
    firm = Enterprise.objects.get()
    assert (firm.name, firm.uscc, firm.state, firm.phone, firm.contact_name) == (
        "成都示例卫浴有限公司",
        "91510185MA6A000155",
        Enterprise.State.PROVISIONAL,
        "+8613800001111",
        "李工",
    )
    assert Case.objects.get().enterprise == firm


def test_a_known_credit_code_never_makes_a_twin(desk: Client, call: dict[str, object]) -> None:
    firm = make_enterprise(uscc="91510185MA6A000155")
    desk.post("/intake/assisted/", {**call, "uscc": "91510185ma6a000155"})
    assert Enterprise.objects.count() == 1 and Case.objects.get().enterprise == firm


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"contact": ""}, "This field is required"),
        ({"contact": "12"}, "This is not a phone number"),
        ({"consent": ""}, "Ask the caller first"),
        ({"uscc": "91510185MA6A000156"}, "it would have to be"),
        ({"enterprise_name": "", "uscc": "91510185MA6A000155"}, "What is the enterprise called?"),
        ({"channel": "web"}, "Select a valid choice"),
    ],
)
def test_mistakes_are_named_and_what_was_typed_while_listening_stays(
    desk: Client, call: dict[str, object], wrong: dict[str, str], message: str
) -> None:
    answer = desk.post("/intake/assisted/", {**call, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422 and message in page and "参加展会怎么报名？" in page
    assert not Case.objects.exists() and not Enterprise.objects.exists()


def test_a_repeat_of_the_same_caller_is_shown_first(desk: Client, call: dict[str, object]) -> None:
    desk.post("/intake/assisted/", call)
    again = desk.post("/intake/assisted/", call)
    assert again.status_code == 409 and Case.objects.get().number in again.content.decode()
    desk.post("/intake/assisted/", {**call, "seen_duplicates": "on"})
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    "asked", ["卫浴", "cdwy", "chengduweiyu", "91510185", "91510185MA6A000155", "13800001111", "+86 138-0000-1111"]
)
def test_an_enterprise_is_found_by_name_pinyin_code_and_phone(desk: Client, asked: str) -> None:
    make_enterprise(name="成都卫浴示例有限公司", uscc="91510185MA6A000155", phone="+8613800001111")
    make_enterprise(name="重庆电机示例有限公司")
    page = desk.post("/intake/assisted/lookup/", {"enterprise_name": asked}).content.decode()
    assert "成都卫浴示例有限公司" in page and "重庆电机示例有限公司" not in page
    assert "138****1111" in page and "13800001111" not in page


@pytest.mark.parametrize("asked", ["", "成", "1234567890123456", "%", "'; --", "不存在的企业"])
def test_a_look_up_without_a_hit_fails_on_nothing(desk: Client, asked: str) -> None:
    make_enterprise(name="成都卫浴示例有限公司")
    answer = desk.post("/intake/assisted/lookup/", {"enterprise_name": asked})
    assert answer.status_code == 200 and "成都卫浴示例有限公司" not in answer.content.decode()


def test_picking_an_enterprise_fills_the_contact_and_records_the_look(desk: Client, specialist: User) -> None:
    firm = make_enterprise(phone="+8613800001111", contact_name="李工")
    page = desk.post("/intake/assisted/pick/", {"pick": firm.pk}).content.decode()
    assert "138 0000 1111" in page and "李工" in page and f'value="{firm.pk}"' in page
    look = AuditEntry.objects.get()
    assert (look.user, look.verb, look.subject) == (specialist, "looked_up", f"enterprise:{firm.pk}")


def test_picking_keeps_what_was_typed_and_falls_back_to_the_last_case(desk: Client) -> None:
    firm = make_enterprise()
    make_case(enterprise=firm, now=NOW)
    page = desk.post("/intake/assisted/pick/", {"pick": firm.pk, "contact_name": "门卫"}).content.decode()
    assert "门卫" in page and "138 0013 8000" in page


def test_picking_can_be_taken_back_and_a_stranger_is_not_found(desk: Client) -> None:
    assert 'name="enterprise_name"' in desk.post("/intake/assisted/pick/", {"pick": ""}).content.decode()
    assert desk.post("/intake/assisted/pick/", {"pick": "987654321"}).status_code == 404
    assert desk.post("/intake/assisted/pick/", {"pick": "x"}).status_code == 404


def test_what_was_ordered_comes_along_from_the_catalogue(desk: Client) -> None:
    assert (
        'value="展会报名"' in desk.get("/intake/assisted/?text=展会报名").content.decode()
        or "展会报名" in desk.get("/intake/assisted/?text=展会报名").content.decode()
    )


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.PROVIDER, Role.AUDITOR, Role.CURATOR])
def test_only_the_desk_records(role: Role) -> None:
    client = browser_of(make_user(role))
    assert client.get("/intake/assisted/").status_code == 403
    assert client.post("/intake/assisted/lookup/", {"enterprise_name": "成都"}).status_code == 403
    assert client.post("/intake/assisted/pick/", {"pick": "1"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_form_and_look_up_cost_the_same_with_one_enterprise_and_with_three(
    desk: Client, rows: int, django_assert_num_queries
) -> None:
    for number in range(rows):
        make_case(enterprise=make_enterprise(name=f"成都示例{number}有限公司"))
    desk.get("/intake/assisted/")
    with django_assert_num_queries(FORM_QUERIES[rows]):
        desk.get("/intake/assisted/")
    with django_assert_num_queries(LOOKUP_QUERIES[rows]):
        desk.post("/intake/assisted/lookup/", {"enterprise_name": "成都示例"})


def test_a_repeat_at_a_station_that_is_not_ones_own_is_only_counted(desk: Client, call: dict[str, object]) -> None:
    desk.post("/intake/assisted/", call)
    case = Case.objects.get()
    window = make_station(parent=make_station())
    elsewhere = browser_of(make_user(Role.SPECIALIST, station=window))
    answer = elsewhere.post("/intake/assisted/", {**call, "station": window.pk})
    page = answer.content.decode()
    assert answer.status_code == 409 and "one case at a station that is not yours" in page
    assert case.number not in page
