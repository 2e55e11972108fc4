"""The form that splits a case into needs: its questions, its draft, bad input, and two people at once."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases.actions import NewNeed
from services.cases.models import Case, Need
from services.catalogue import indexing
from services.catalogue.models import ServiceItem
from services.triage import actions, advice
from services.triage.models import Decision, TriageDraft
from tests.factories import (
    make_case,
    make_item,
    make_user,
)
from tests.services.triage.screens import at, body, client_of, form

pytestmark = pytest.mark.django_db


def test_every_kind_of_question_is_asked_and_its_answer_kept(page: Client, case: Case, asking: ServiceItem) -> None:
    sent = form(
        case,
        asking,
        n0__description="二十台",
        n0__a_what="压力表",
        n0__a_count="20",
        n0__a_until="2027-03-01",
        n0__key_urgent="true",
        n0__key_place="in",
        n0__key_uses=["a", "b"],
        n0__a_rows="压力表 | Y-100\n\n流量计\tLWGY",
    )
    answer = page.post(at(case, "confirm"), sent)
    assert (answer.status_code, answer["Location"]) == (302, at(case))
    need = Need.objects.get()
    assert need.description == "二十台"
    assert need.answers == {
        "what": "压力表",
        "count": 20,
        "until": "2027-03-01",
        "urgent": True,
        "place": "in",
        "uses": ["a", "b"],
        "rows": [{"name": "压力表", "model": "Y-100"}, {"name": "流量计", "model": "LWGY"}],
    }
    assert Decision.objects.get().items == [asking.pk]


def test_missing_answers_are_flagged_but_hold_nothing_up(page: Client, case: Case, asking: ServiceItem) -> None:
    assert page.post(at(case, "confirm"), form(case, asking)).status_code == 302
    text = body(page, case)
    assert "Needed before an offer:" in text and "Name" in text and "Until" in text


def test_bad_answers_are_said_at_the_field_and_everything_typed_stays(
    page: Client, case: Case, asking: ServiceItem
) -> None:
    sent = form(
        case,
        asking,
        n0__description="要保留的说明",
        n0__a_count="many",
        n0__a_rows="a | b | c",
        n0__a_until="32 May",
        note="要保留的话",
        urgency="high",
    )
    answer = page.post(at(case, "confirm"), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    for kept in ("要保留的说明", "many", "a | b | c", "32 May", "要保留的话"):
        assert kept in text
    assert "Enter a number." in text and "Line 1 has more than 2 cells." in text and "Enter a valid date." in text
    assert Need.objects.count() == 0


@pytest.fixture
def until(asking: ServiceItem) -> ServiceItem:
    """A service that somebody needs until a day, and that takes a year."""
    asking.deadline_question, asking.promised_working_days = "until", 250
    asking.save(update_fields=["deadline_question", "promised_working_days"])
    return asking


@pytest.mark.parametrize("typed", ["0001-01-01", "0202-03-01", "1949-12-31", "2150-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_said_at_the_field_and_everything_typed_stays(
    page: Client, case: Case, until: ServiceItem, typed: str
) -> None:
    answer = page.post(at(case, "confirm"), form(case, until, n0__a_until=typed, note="要保留的话"))
    text = answer.content.decode()
    assert (answer.status_code, Need.objects.count()) == (422, 0)
    assert "Please give a day between 1950 and 2149." in text and typed in text and "要保留的话" in text


@pytest.mark.parametrize("typed", ["1950-01-01", "2149-12-31"])
def test_the_first_and_the_last_day_that_can_be_typed_can_be_counted_with(
    page: Client, case: Case, until: ServiceItem, typed: str
) -> None:
    page.post(at(case, "confirm"), form(case, until, n0__a_until=typed))
    assert Need.objects.get().answers == {"until": typed}
    assert page.get(at(case)).status_code == 200


def test_a_triage_without_any_service_is_not_confirmed(page: Client, case: Case) -> None:
    answer = page.post(at(case, "confirm"), form(case, note="写了一半"))
    assert answer.status_code == 422
    assert "Add at least one service item." in answer.content.decode() and "写了一半" in answer.content.decode()


def test_parts_are_added_moved_and_taken_away_without_losing_what_was_typed(page: Client, case: Case) -> None:
    first, second = make_item(name_en="First service"), make_item(name_en="Second service")
    sent = form(case, first, n0__description="说明甲", urgency="high", note="话")
    added = page.post(at(case, "pieces"), {**sent, "add": second.pk})
    assert [piece.item for piece in added.context["pieces"]] == [first, second]
    assert "说明甲" in added.content.decode()
    sent = form(case, first, second, n0__description="说明甲", n1__description="说明乙")
    moved = page.post(at(case, "pieces"), {**sent, "up": "1"})
    words = [(piece.item, piece["description"].value()) for piece in moved.context["pieces"]]
    assert words == [(second, "说明乙"), (first, "说明甲")]
    left = page.post(at(case, "pieces"), {**sent, "remove": "0"})
    assert [(p.item, p["description"].value()) for p in left.context["pieces"]] == [(second, "说明乙")]
    assert "说明乙" in body(page, case)


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ({"add": "TI-0"}, ["1", "2", "1", "3", ""]),
        ({"remove": "0"}, ["", "1", "2"]),
        ({"remove": "1"}, ["1", "1", ""]),
        ({"remove": "3"}, ["1", "2", "1"]),
        ({"up": "1"}, ["", "1", "1", "2"]),
        ({"up": "2"}, ["1", "1", "2", "4"]),
        ({"up": "3"}, ["1", "2", "3", "1"]),
    ],
)
def test_parts_that_wait_still_wait_for_the_same_part_while_it_stands_before_them(
    page: Client, case: Case, step: dict[str, str], after: list[str]
) -> None:
    """A need is there already: the first and the third part wait for it, the second waits for the first, and the
    fourth for the second.
    """
    items = [make_item(code=f"TI-{number}") for number in range(5)]
    page.post(at(case, "confirm"), form(case, items[0]))
    case.refresh_from_db()
    sent = form(case, *items[1:], n0__after="1", n1__after="2", n2__after="1", n3__after="3", **step)
    moved = page.post(at(case, "pieces"), sent)
    assert [piece["after"].value() for piece in moved.context["pieces"]] == after
    assert moved.context["pieces"].is_valid()


@pytest.mark.parametrize(
    "posted",
    [
        {"count_key": "-1"},
        {"count_key": "9" * 40},
        {"count_key": "2", "n0-item_code": "NO-99"},
        {"count_key": "1", "n0-item_code": "", "add": "NO-99", "remove": "7", "up": "x"},
    ],
)
def test_a_form_that_was_tampered_with_holds_nothing(page: Client, case: Case, posted: dict[str, str]) -> None:
    answer = page.post(at(case, "pieces"), posted)
    assert answer.status_code == 200 and len(answer.context["pieces"]) == 0


def test_a_draft_survives_the_tab_and_ends_with_the_confirmation(page: Client, case: Case, desk: User) -> None:
    item = make_item()
    page.post(at(case, "draft"), form(case, item, n0__description="写到一半", urgency="high", note="稍后"))
    text = body(page, case)
    assert "写到一半" in text and "稍后" in text
    assert "写到一半" not in body(client_of(make_user(Role.TEAM_LEAD)), case)
    page.post(at(case, "confirm"), form(case, item))
    assert not TriageDraft.objects.exists()


def test_an_ordered_item_stands_in_the_form_from_the_start(page: Client, owner: User) -> None:
    item = make_item(name_en="Ordered service")
    answer = page.get(at(make_case(submitter=owner, ordered_item=item.pk)))
    assert [piece.item for piece in answer.context["pieces"]] == [item]


def test_what_was_answered_with_the_order_stands_there_too(page: Client, owner: User, asking: ServiceItem) -> None:
    given = {
        "what": "压力表",
        "urgent": True,
        "uses": ["a"],
        "rows": [{"name": "压力表", "model": "Y-100"}, {"name": "秤"}],
    }
    case = make_case(submitter=owner, ordered_item=asking.pk, ordered_answers=given)
    [piece] = page.get(at(case)).context["pieces"]
    assert piece.is_valid() and piece.given() == given
    assert "压力表 | Y-100\n秤 | " in body(page, case)


def test_needs_wait_for_one_another_and_later_ones_count_on(page: Client, case: Case) -> None:
    first, second, third = make_item(), make_item(), make_item()
    page.post(at(case, "confirm"), form(case, first, second, n1__after="1"))
    case.refresh_from_db()
    page.post(at(case, "confirm"), form(case, third, n0__after="2"))
    needs = list(case.needs.order_by("position"))
    assert [(need.item, need.after) for need in needs] == [(first, None), (second, needs[0]), (third, needs[1])]
    assert Decision.objects.count() == 1


def test_a_need_cannot_wait_for_one_that_stands_after_it(page: Client, case: Case) -> None:
    answer = page.post(at(case, "confirm"), form(case, make_item(), make_item(), n0__after="2"))
    assert answer.status_code == 422 and Need.objects.count() == 0


def test_the_suggestion_that_was_shown_comes_back_signed(page: Client, case: Case) -> None:
    item = make_item()
    kept = {"boards": [], "items": [{"code": item.pk, "score": 0.5}], "urgency": "normal", "out_of_scope": None}
    shown = advice.signing.dumps(kept, salt=advice.SALT, compress=True)
    page.post(at(case, "confirm"), form(case, item, shown_token=shown))
    decision = Decision.objects.get()
    assert (decision.suggestion, decision.agreed) == (kept, True)


def test_a_forged_suggestion_is_worked_out_again(page: Client, case: Case) -> None:
    page.post(at(case, "confirm"), form(case, make_item(), shown_token="forged"))
    assert set(Decision.objects.get().suggestion) == {"boards", "items", "urgency", "out_of_scope"}


def test_the_second_of_two_gets_409_with_who_was_first_and_the_text_kept(page: Client, case: Case, desk: User) -> None:
    colleague = make_user(Role.SPECIALIST, name="李强")
    sent = form(case, make_item(), n0__description="我写的说明", note="我写的话")
    actions.confirm(case, [NewNeed(item=make_item())], by=colleague, now=timezone.now(), version=1)
    answer = page.post(at(case, "confirm"), sent)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "李强" in text and "我写的说明" in text and "我写的话" in text
    assert case.needs.count() == 1


def test_the_same_form_sent_twice_confirms_once(page: Client, case: Case) -> None:
    sent = {**form(case, make_item()), "idempotency_key": "a-key-of-the-form"}
    answers = [page.post(at(case, "confirm"), sent) for _round in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Need.objects.count() == 1


def test_services_are_found_by_words_and_by_code(page: Client, case: Case) -> None:
    item = make_item("SM", name_zh="压力表检定", name_en="Verification of gauges")
    ServiceItem.objects.filter(pk=item.pk).update(search=indexing.of(item))
    for asked in (item.pk.lower(), "压力表", "gauges", "压力表 无关"):
        assert item.pk in page.get(at(case, "items"), {"q": asked}).content.decode(), asked
    assert "No service has these words" in page.get(at(case, "items"), {"q": "飞机票"}).content.decode()
    assert page.get(at(case, "items")).content.decode().strip() == ""
    assert f"{item.pk} Verification of gauges" in page.get("/triage/items/").content.decode()
