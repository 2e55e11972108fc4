"""Whatever never changes is looked up once for each language; everything else each time."""

from typing import Any

import pytest
from django.template import Engine
from django.template.base import Template, TextNode
from django.template.context import Context
from django.template.loader import get_template
from django.utils import translation

from portal.folding import Folded, fold

LIBRARIES = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}
BUILTINS = ["portal.templatetags.look", *LIBRARIES.values()]
ENGINE = Engine(builtins=BUILTINS, libraries=LIBRARIES)

FOLDED = (
    '<p>{% translate "Copied" %}</p>',
    '{% load i18n %}<i>{% icon "bell" %}</i>{% icon "bell" label="x" %}',
    '<a href="{% url "lobby:home" %}">{% blocktranslate trimmed %}Copied{% endblocktranslate %}</a>',
    '<img src="{% static "img/mark.svg" %}">',
)
NOT_FOLDED = (
    "<p>{{ name }}</p>",
    "{% icon name %}",
    '{% url "triage:case" name %}',
    "{% translate name %}",
    '{% translate "Copied" as name %}',
    '{% url "lobby:home" as name %}',
    '{% icon "bell" as name %}',
    '{% translate "Copied"|truncatechars:name %}',
    "{% blocktranslate %}{{ name }} is on it{% endblocktranslate %}",
    "{% blocktranslate asvar name %}Copied{% endblocktranslate %}",
    '{% badge "case" "submitted" "x" %}',
    "{% csrf_token %}",
)
PAGE = (
    '<b>{% translate "Copied" %}</b>{% if name %}<i>{% icon "bell" %}{{ name }}</i>{% elif other %}'
    '{% translate "Remove" %}!{% else %}{% translate "Sending …" %}.{% endif %}'
    '{% for one in rows %}<li>{% translate "Remove" %} {{ one }}</li>{% empty %}<p>{% translate "Menu" %}{% endfor %}'
    '{% with x=name %}<u>{% translate "Menu" %}{{ x }}</u>{% endwith %}'
)


def template(text: str) -> Template:
    return Template(text, engine=ENGINE)


def folded(text: str) -> Template:
    made = template(text)
    fold(made.nodelist)
    return made


@pytest.mark.parametrize("text", FOLDED)
def test_words_icons_files_and_addresses_become_one_text(text: str) -> None:
    assert [type(node) for node in folded(text).nodelist] == [Folded]
    assert folded(text).render(Context()) == template(text).render(Context())


@pytest.mark.parametrize("text", NOT_FOLDED)
def test_what_depends_on_a_value_or_sets_one_stays(text: str) -> None:
    with_text_around = folded(f"a{text}b").nodelist
    assert not any(isinstance(node, Folded) for node in with_text_around)
    assert isinstance(with_text_around[0], TextNode)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "values", [{}, {"name": "<n>", "rows": [1, 2]}, {"other": 1, "rows": []}], ids=["nothing", "a name", "another"]
)
def test_a_folded_page_says_what_it_said(language: str, values: dict[str, Any]) -> None:
    page, plain = folded(PAGE), template(PAGE)
    with translation.override(language):
        assert [page.render(Context(values)) for _twice in range(2)] == [plain.render(Context(values))] * 2


def test_each_reader_has_their_own_language() -> None:
    greeting = folded('<p title="{% translate "Menu" %}">{% translate "Copied" %}</p>')
    with translation.override("en"):
        english = greeting.render(Context())
    with translation.override("zh-hans"):
        chinese = greeting.render(Context())
    with translation.override("en"):
        assert greeting.render(Context()) == english == '<p title="Menu">Copied</p>' != chinese


def test_a_page_that_has_said_its_language_is_not_asked_again() -> None:
    greeting = folded('<p title="{% translate "Menu" %}">{% translate "Copied" %}</p>')
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            assert greeting.render(Context({"LANGUAGE_CODE": language})) == greeting.render(Context())


def test_what_is_escaped_on_a_page_is_not_in_a_letter() -> None:
    text = folded('{% icon "a<b" %}{% autoescape off %}{% translate "a<b" %}!{% endautoescape %}{% translate "a<b" %}!')
    assert text.render(Context()) == template(str(text.source)).render(Context())


def test_the_portals_pages_are_folded() -> None:
    base = get_template("base.html").template
    assert any(isinstance(node, Folded) for node in base.nodelist)
