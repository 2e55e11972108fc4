"""What anybody sees while typing a need."""

import pytest

from services.catalogue import indexing
from services.catalogue.models import ServiceItem
from services.triage import public
from services.triage.suggestion.results import Scored, Suggestion
from tests.factories import make_item
from tests.people import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(monkeypatch: pytest.MonkeyPatch) -> list[ServiceItem]:
    """Six items, and a suggestion that knows nothing."""
    nothing = Suggestion((), (), None, Scored("normal", 0.0))
    monkeypatch.setattr(public.advice, "suggest", lambda text: nothing)
    made = [make_item(name_zh=f"压力表检定第{number}类") for number in range(6)]
    for item in made:
        ServiceItem.objects.filter(pk=item.pk).update(search=indexing.of(item))
    return made


def radios(page: str) -> int:
    return page.count('type="radio"')


def test_at_most_five_items_that_share_a_word_and_none_of_these(items: list[ServiceItem]) -> None:
    page = browser_of().post("/triage/suggest/", {"text": "压力表到期了要检定"}).content.decode()
    assert radios(page) == 6
    assert "None of these" in page


def test_what_the_suggestion_is_sure_of_comes_first(items: list[ServiceItem], monkeypatch) -> None:
    sure = Suggestion((), (Scored(items[3].code, 0.9), Scored(items[1].code, 0.05)), None, Scored("normal", 0.0))
    monkeypatch.setattr(public.advice, "suggest", lambda text: sure)
    page = browser_of().post("/triage/suggest/", {"text": "表"}).content.decode()
    assert radios(page) == 0, "one character is too little"
    page = browser_of().post("/triage/suggest/", {"text": "压力表"}).content.decode()
    assert radios(page) == 2 and items[3].code in page and items[1].code not in page


def test_the_item_chosen_before_stays_chosen(items: list[ServiceItem]) -> None:
    page = browser_of().post("/triage/suggest/", {"text": "", "item": items[5].code}).content.decode()
    assert radios(page) == 2
    assert "checked" in page.split(f'value="{items[5].code}"')[1].split(">")[0]


def test_nothing_typed_nothing_shown_and_nothing_broken_by_what_is_typed(items: list[ServiceItem]) -> None:
    for text in ("", "  ", "&|!():*'", "x" * 5000, "不相干"):
        answer = browser_of().post("/triage/suggest/", {"text": text, "item": "no-such"})
        assert answer.status_code == 200 and radios(answer.content.decode()) == 0


def test_an_item_no_longer_offered_is_not_suggested(items: list[ServiceItem]) -> None:
    ServiceItem.objects.update(active=False)
    assert radios(browser_of().post("/triage/suggest/", {"text": "压力表"}).content.decode()) == 0


def test_it_costs_four_queries(items: list[ServiceItem], django_assert_num_queries) -> None:
    with django_assert_num_queries(4):
        browser_of().post("/triage/suggest/", {"text": "压力表"})
