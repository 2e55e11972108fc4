from pathlib import Path

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist

from portal.notices import rendering
from tests.portal.notices.conftest import FACTS

EVENTS = sorted(path.stem for path in Path(settings.BASE_DIR, "templates", "notices").glob("*.txt"))


def test_words_come_in_the_readers_language_with_the_names_of_that_language(event: str) -> None:
    chinese = rendering.render(event, FACTS, language="zh-hans", path="/cases/7/")
    assert chinese.subject == "QS-20261121-00007: 成都计量院 & Söhne"
    assert chinese.text.startswith("zh-hans <b>{{ 7|add:7 }}</b>")
    english = rendering.render(event, FACTS, language="en", path="/cases/7/")
    assert "Chengdu Metrology & Söhne" in english.subject
    assert english.text.startswith("en ")
    assert english.link == f"{settings.SITE_URL}/cases/7/"
    assert english.text.endswith(english.link)


def test_moments_and_dates_are_written_as_people_write_them(event: str) -> None:
    text = rendering.render(event, FACTS, language="en").text
    assert "24 Nov" in text
    assert "09:30" in text
    assert "1 Dec 2026" in text


def test_a_fact_that_is_no_moment_stays_what_it_is(event: str) -> None:
    facts = {**FACTS, "due_at": None, "starts_on": "soon"}
    assert rendering.localised(facts, "en")["due_at"] is None
    assert rendering.localised(facts, "en")["starts_on"] == "soon"


def test_a_name_missing_in_one_language_is_shown_in_the_other() -> None:
    facts = {"item_zh": "校准", "item_en": ""}
    assert rendering.localised(facts, "en")["item"] == "校准"


def test_what_people_wrote_is_not_escaped_in_text_and_is_in_html(event: str) -> None:
    words = rendering.render(event, FACTS, language="en", path="/cases/7/")
    page = rendering.html(words, language="en")
    assert "<b>{{ 7|add:7 }}</b>" in words.text
    assert "&lt;b&gt;{{ 7|add:7 }}&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "<script" not in page
    assert page.count(words.link) == 1


def test_a_subject_is_one_line_whatever_the_facts_hold(event: str) -> None:
    words = rendering.render(event, {**FACTS, "number": "a\r\nBcc: b@example.com\r\n\r\nc"}, language="en")
    assert words.subject == "a"


def test_the_line_with_the_link_is_left_out_where_the_link_is_a_button(event: str) -> None:
    words = rendering.render(event, FACTS, language="en", path="/cases/7/")
    assert words.link not in words.text_without_link
    assert words.short == f"{words.subject} {words.link}"


def test_words_that_forgot_the_link_get_it_at_the_end_of_a_mail() -> None:
    words = rendering.render("one_time_code", {"code": "402913"}, language="en", path="/cases/7/")
    assert words.link not in words.text
    assert words.text_with_link.endswith(f"\n\n{words.link}")


def test_an_event_without_words_is_an_error_for_mail_and_general_words_in_a_list() -> None:
    with pytest.raises(TemplateDoesNotExist):
        rendering.render("never_written", FACTS, language="en")
    words = rendering.render("never_written", FACTS, language="en", lenient=True)
    assert words.subject == "News on QS-20261121-00007"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_subject_of_one_line_in_both_languages(event: str, language: str) -> None:
    words = rendering.render(
        event, {**FACTS, "code": "123456", "item_zh": "校准", "item_en": "calibration"}, language=language
    )
    assert 0 < len(words.subject) <= 120
