"""A quicker node says what Django's says, of every kind of value, and refuses what Django refuses."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.handlers.wsgi import get_script_name
from django.forms import CharField, Form
from django.template import Engine
from django.template.base import Node, Template, VariableNode
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode, URLNode
from django.urls import NoReverseMatch, URLResolver, get_resolver
from django.urls.converters import IntConverter, PathConverter, SlugConverter, StringConverter
from django.urls.resolvers import RegexPattern
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from portal.nodes import SAMPLES, Address, FormToken, Said, quick
from services.cases.states import CaseState

ENGINE = Engine()


class Asked(Form):
    name = CharField(initial='"<')


VALUES = {
    "text": """<b title="it's">&</b>""",
    "safe": SafeString("<b>"),
    "choice": CaseState.SUBMITTED,
    "whole": 1234567,
    "part": 1234.5,
    "amount": Decimal("1234.50"),
    "moment": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    "day": date(2026, 11, 22),
    "hour": time(9, 30),
    "while": timedelta(hours=1),
    "words": gettext_lazy("Remove"),
    "later": SimpleLazyObject(lambda: "<&>"),
    "later_safe": SimpleLazyObject(lambda: SafeString("<&>")),
    "nothing": None,
    "several": ["<", 1],
    "yes": True,
    "field": Asked()["name"],
}


def both(text: str, values: dict[str, Any], *, autoescape: bool = True) -> tuple[str, str, Node]:
    """What Django says, what the quicker node says, and that node."""
    made = Template(text, engine=ENGINE)
    context = Context(values, autoescape=autoescape)
    said = made.render(context)
    made.nodelist[:] = [quick(node) for node in made.nodelist]
    return said, made.render(context), made.nodelist[0]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("name", [*VALUES, "text|upper", "text|safe", "part|floatformat:2", "absent", "absent.more"])
def test_a_value_is_said_as_django_says_it(name: str, autoescape: bool, language: str) -> None:
    with translation.override(language):
        theirs, ours, node = both(f"{{{{ {name} }}}}", VALUES, autoescape=autoescape)
    assert ours == theirs
    assert type(node) is Said


@pytest.mark.parametrize("token", ["a1" * 32, SimpleLazyObject(lambda: "b2" * 32), '"><', "", None])
def test_the_token_of_a_form_is_said_as_django_says_it(token: Any) -> None:
    theirs, ours, node = both("{% csrf_token %}", {"csrf_token": token})
    assert ours == theirs
    assert type(node) is FormToken


ADDRESSES = (
    '{% url "triage:case" value %}',
    '{% url "triage:case" number=value %}',
    '{% url "triage:step" value "confirm" %}',
    '{% url "casefile:document" value %}',
    '{% url "casefile:document" pk=value %}',
    '{% url "admin:clocks_year" value 2026 %}',
    '{% url "admin:cases_case_change" value %}',
    '{% url "admin:app_list" value %}',
    '{% url name value %}',
    '{% url "lobby:home" %}',
    '{% url "casefile:document" value as found %}<{{ found }}>',
)  # fmt: skip
HELD = (
    7,
    0,
    10**20,
    "QS-2026-00007",
    "cases",
    "7",
    "a b",
    "a/b",
    "“质量”&",
    "100%",
    "",
    -1,
    True,
    1.5,
    None,
    VALUES["words"],
)


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_the_one_that_django_finds_or_refuses(text: str) -> None:
    """Once for all values, so that what is kept for one is used for the next; the same again from the other end."""
    made, plain = Template(text, engine=ENGINE), Template(text, engine=ENGINE)
    made.nodelist[:] = [quick(node) for node in made.nodelist]
    assert type(made.nodelist[0]) is Address
    for value in (*HELD, *reversed(HELD)):
        values = {"value": value, "name": "casefile:document" if type(value) is int else "triage:case"}
        assert found(made, values) == found(plain, values), value


def found(template: Template, values: dict[str, Any]) -> str:
    try:
        return template.render(Context(values))
    except NoReverseMatch:
        return "refused"


GROUP = re.compile(r"\(\?P<\w+>([^()]*)\)")
ANYTHING = {IntConverter, SlugConverter, StringConverter, PathConverter, r"\d+", ".*"}


def test_what_takes_a_number_or_a_word_takes_each_of_them_or_none_of_the_samples() -> None:
    """The API's addresses have narrower places; no page gives them a value."""
    others = {place for place in places(get_resolver()) if place not in ANYTHING}
    words = {word for place in others for word in str(place).split("|")}
    assert words and all(re.fullmatch("[a-z-]+", word) for word in words), "closed lists of words"
    assert not words & {SAMPLES[str].format(number) for number in range(4)}


def places(resolver: URLResolver) -> Iterator[Any]:
    for pattern in resolver.url_patterns:
        yield from (type(one) for one in pattern.pattern.converters.values())
        if isinstance(pattern.pattern, RegexPattern):
            yield from GROUP.findall(str(pattern.pattern))
        if isinstance(pattern, URLResolver) and str(pattern.pattern) != "api/v1/":
            yield from places(pattern)


def test_no_request_moves_the_addresses_that_others_read(settings: Any) -> None:
    """A header that gunicorn takes for the place where the portal begins."""
    asked = {"SCRIPT_NAME": "/elsewhere", "PATH_INFO": "/"}
    assert get_script_name(asked) == ""
    settings.FORCE_SCRIPT_NAME = None
    assert get_script_name(asked) == "/elsewhere", "every page that is drawn first would keep it"


def test_other_nodes_stay() -> None:
    made = Template("{% if a %}{% endif %}{# note #}x", engine=ENGINE)
    assert [quick(node) for node in made.nodelist] == list(made.nodelist)
    assert {VariableNode, URLNode, CsrfTokenNode}.isdisjoint({type(node) for node in made.nodelist})
