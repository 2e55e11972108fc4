"""What anybody may open: home, catalogue, board, item, search, help, privacy notice, gallery."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal import search
from portal.accounts.models import PrivacyNotice
from services.clocks.models import ClockPolicy
from services.lobby import shelves
from services.triage.suggestion.results import Scored, Suggestion
from tests.factories import BOARDS, make_board, make_credential, make_institution, make_item

pytestmark = pytest.mark.django_db
SAVEPOINT = 2  # set and released by the transaction around each request
EN = {"headers": {"accept-language": "en"}}


def indexed(board: str = "TI", **fields: object):
    item = make_item(board, **fields)
    item.search = search.vector((f"{item.name_zh} {item.name_en}", "A"))
    item.save(update_fields=["search"])
    return item


def test_home_leads_to_intake_search_and_every_board(client: Client) -> None:
    for code in BOARDS:
        make_item(code)
    page = client.get("/", **EN)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'name="text"' in text and 'name="q"' in text
    for slug, _zh, name_en in BOARDS.values():
        assert f'href="/boards/{slug}/"' in text
        assert name_en in text


def test_home_counts_only_items_that_are_offered(client: Client) -> None:
    make_item("TI")
    make_item("TI", active=False)
    [shelf] = client.get("/", **EN).context["shelves"]
    assert shelf.count == 1


def test_home_promises_the_times_that_hold_now(client: Client) -> None:
    ClockPolicy.objects.all().delete()
    ClockPolicy.objects.create(clock="first_contact", amount=1)
    ClockPolicy.objects.create(clock="triage", amount="2.5")
    ClockPolicy.objects.create(clock="triage", amount="0.5", urgency="urgent")
    marks = [step.mark for step in client.get("/", **EN).context["steps"]]
    assert marks == ["At once", "Within 1 working day", "Within 2.5 working days", "After delivery"]


def test_home_promises_no_time_where_none_is_set(client: Client) -> None:
    ClockPolicy.objects.all().delete()
    marks = [step.mark for step in client.get("/", **EN).context["steps"]]
    assert marks == ["At once", "Soon after", "Soon after", "After delivery"]


def test_home_shows_no_figure_of_zero(client: Client) -> None:
    assert client.get("/", **EN).context["figures"] == []


def test_home_counts_listed_institutions_and_their_valid_credentials(client: Client) -> None:
    listed = make_institution()
    make_credential(listed)
    make_credential(listed, state="claimed", type="CNAS_TESTING")
    make_institution(standing="suspended")
    figures = client.get("/", **EN).context["figures"]
    assert [number for _name, number in figures] == ["1", "1", "1"]


@pytest.mark.parametrize("rows", [1, 3])
def test_home_costs_three_queries(client: Client, rows: int, django_assert_num_queries) -> None:
    for code in list(BOARDS)[:rows]:
        make_item(code)
        make_institution()
    with django_assert_num_queries(SAVEPOINT + 3):
        client.get("/", **EN)


@pytest.mark.parametrize("rows", [1, 3])
def test_catalogue_costs_two_queries(client: Client, rows: int, django_assert_num_queries) -> None:
    items = [make_item("TI") for _ in range(rows)]
    with django_assert_num_queries(SAVEPOINT + 2):
        text = client.get("/catalogue/", **EN).content.decode()
    assert all(item.name_en in text for item in items)


@pytest.mark.parametrize("rows", [1, 3])
def test_board_costs_three_queries(client: Client, rows: int, django_assert_num_queries) -> None:
    items = [make_item("CA") for _ in range(rows)]
    with django_assert_num_queries(SAVEPOINT + 3):
        text = client.get("/boards/certification/", **EN).content.decode()
    assert all(item.name_en in text for item in items)


def test_an_unknown_board_is_not_found(client: Client) -> None:
    assert client.get("/boards/nothing/", **EN).status_code == 404


def test_item_says_who_may_do_it_what_it_promises_and_what_will_be_asked(client: Client) -> None:
    credential = make_credential(make_institution(), type="CNAS_TESTING").type
    item = make_item(
        required_credentials=[credential.code],
        credential_mode="all",
        conflict_role="certify",
        designated_only=True,
        promised_working_days=15,
        intake_questions=[
            {"key": "sample", "label_zh": "样品", "label_en": "Sample", "type": "text", "required": True},
            {
                "key": "where",
                "label_zh": "地点",
                "label_en": "Place",
                "type": "choice",
                "required": False,
                "choices": [{"key": "in", "label_zh": "送检", "label_en": "Sent in"}],
            },
        ],
    )
    page = client.get(f"/items/{item.code}/", **EN)
    offer, text = page.context["offer"], page.content.decode()
    assert offer["promise"] == "15 working days until you have the result"
    assert offer["credentials"] == [credential.name_en]
    assert [(q["label"], q["required"], q["choices"]) for q in offer["questions"]] == [
        ("Sample", True, []),
        ("Place", False, ["Sent in"]),
    ]
    assert f"?item={item.code}" in text
    assert "may not certify or assess" in text
    assert "Only bodies designated" in text


def test_item_costs_two_queries(client: Client, django_assert_num_queries) -> None:
    item = make_item()
    with django_assert_num_queries(SAVEPOINT + 2):
        client.get(f"/items/{item.code}/", **EN)


def test_item_is_found_by_its_code_in_small_letters(client: Client) -> None:
    item = make_item()
    assert client.get(f"/items/{item.code.lower()}/", **EN).status_code == 200


def test_an_item_no_longer_offered_is_not_found(client: Client) -> None:
    item = make_item(active=False)
    assert client.get(f"/items/{item.code}/", **EN).status_code == 404


def test_search_finds_two_chinese_characters_inside_a_name(client: Client) -> None:
    found = indexed(name_zh="压力表检定", name_en="Pressure gauges")
    indexed(name_zh="商标注册", name_en="Trademark")
    page = client.get("/search/", {"q": "力表"})
    assert [item.pk for item in page.context["found"].exact] == [found.pk]


def test_search_adds_what_may_be_meant(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = indexed(name_zh="压力表检定"), indexed(name_zh="在线计量")
    monkeypatch.setattr(shelves.public, "match_items", lambda text: [second, first])
    page = client.get("/search/", {"q": "压力表"})
    assert page.context["found"] == shelves.Found([first], [second])


def test_search_shows_another_door_for_what_is_not_ours(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Suggestion((), (), Scored("12315", 0.9), Scored("normal", 1.0))
    monkeypatch.setattr(shelves.advice, "suggest", lambda text: elsewhere)
    text = client.get("/search/", {"q": "fake goods next door"}, **EN).content.decode()
    assert "hotline 12315" in text


def test_search_finds_listed_institutions_by_a_part_of_their_name(client: Client) -> None:
    found = make_institution(name_zh="天府检测院")
    make_institution(name_zh="天府旧检测院", standing="removed")
    page = client.get("/search/", {"q": "天府"})
    assert page.context["institutions"] == [found]


def test_search_without_a_find_offers_to_tell_the_need_in_these_words(client: Client) -> None:
    text = client.get("/search/", {"q": "zeppelin & co"}, **EN).content.decode()
    assert "text=zeppelin+%26+co" in text


def test_search_says_what_is_too_long_and_keeps_it(client: Client) -> None:
    page = client.get("/search/", {"q": "x" * 101}, **EN)
    assert page.status_code == 200
    assert page.context["form"].errors["q"]
    assert (page.context["found"].exact, page.context["found"].near) == ([], [])


@pytest.mark.parametrize("rows", [1, 3])
def test_search_costs_four_queries(client: Client, rows: int, django_assert_num_queries) -> None:
    for _ in range(rows):
        indexed(name_zh="压力表检定", name_en="Pressure gauges")
        make_institution()
    client.get("/search/", {"q": "压力"})  # builds the suggestion, once per process
    with django_assert_num_queries(SAVEPOINT + 4):
        client.get("/search/", {"q": "压力"})


def test_privacy_shows_the_notice_in_force_and_not_the_next_one(client: Client) -> None:
    today = timezone.localdate()
    PrivacyNotice.objects.all().delete()
    for version, start in (("1", today - timedelta(days=365)), ("2", today + timedelta(days=1))):
        PrivacyNotice.objects.create(
            version=version, text_zh=f"正文{version}", text_en=f"Text {version}", in_force_from=start
        )
    text = client.get("/privacy/", **EN).content.decode()
    assert "Text 1" in text and "Text 2" not in text


def test_privacy_says_the_gist_while_there_is_no_notice(client: Client) -> None:
    PrivacyNotice.objects.all().delete()
    assert client.get("/privacy/", **EN).status_code == 200


def test_help_and_gallery_open(client: Client) -> None:
    assert client.get("/help/", **EN).status_code == 200
    assert client.get("/gallery/", **EN).status_code == 200


def test_gallery_is_not_there_in_production(client: Client, settings) -> None:
    settings.PRODUCTION = True
    assert client.get("/gallery/", **EN).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/catalogue/", "/boards/testing/", "/search/?q=x", "/help/", "/privacy/", "/gallery/"]
)
def test_pages_carry_no_inline_style_script_or_handler(client: Client, path: str) -> None:
    make_board("TI")
    text = client.get(path, **EN).content.decode()
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick" not in text and "javascript:" not in text


def test_a_seventh_board_needs_no_phrases(client: Client) -> None:
    make_item("ZZ")
    text = client.get("/", **EN).content.decode()
    assert 'href="/boards/zz/"' in text
