"""Everything people read is translatable, and translated."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from scripts import messages
from scripts.messages import Message
from tests.manners.test_shape import MACHINE
from tests.manners.tree import modules, pages

CATALOGUE = messages.read(messages.CATALOGUE)
ENTRIES = {(entry.msgctxt or "", entry.msgid): entry for entry in CATALOGUE}

CHINESE = re.compile("[\u4e00-\u9fff]")
IN_BOTH_LANGUAGES = {"500.html", "503.html", "lobby/gallery.html"}
"""Shown when nothing can be translated any more; and samples for those who build pages."""
READ_BY_FILTERS = {"Yes,No,Not said"}
"""Texts that a template filter takes apart at their commas."""
READS_CHINESE = {
    "portal/imports/headers.py": "tells the example row of a template",
    "portal/imports/fields.py": "reads cells as people write them",
    "services/pool/imports/": "reads cells as people write them, and shows examples",
    "portal/words.py": "cuts Chinese into words",
    "portal/checks.py": "asks the database whether it can",
    "portal/reference/": "is about Chinese names of places and people's phones",
    "portal/templatetags/look.py": "shortens the names of Chinese weekdays",
    "experts/names.py": "knows the legal forms at the end of Chinese names",
    "enterprises/identifiers.py": "names what the code is called on the licence",
    "services/triage/suggestion/": "understands what people write",
    "services/clocks/": "reads the calendar as it is published",
    "services/demo/": "makes a fictional centre",
    "services/lobby/gallery.py": "shows samples",
    "services/directory/ranges.py": "reads ranges as people write them",
    "services/boards/": "shows example rows of its imports",
    "services/casefile/api.py": "shows an example in the description of the API",
    "services/delivery/api.py": "shows an example in the description of the API",
}
"""Where Chinese is data, each with the reason."""


@cache
def spoken() -> dict[Message, list[str]]:
    return messages.said()


def test_every_message_is_in_the_catalogue_and_nothing_else_is() -> None:
    """Refresh it with ``python scripts/messages.py``."""
    said = {message.key for message in spoken()}
    assert (said - set(ENTRIES), set(ENTRIES) - said) == (set(), set())


def test_every_message_is_translated() -> None:
    assert [entry.msgid for entry in CATALOGUE if not messages.written(entry).strip() or entry.fuzzy] == []


def test_every_translation_keeps_the_values_of_its_message() -> None:
    lost = {
        entry.msgid: messages.written(entry)
        for entry in CATALOGUE
        if messages.placeholders(entry.msgid + entry.msgid_plural) != messages.placeholders(messages.written(entry))
    }
    assert lost == {}


def test_a_plural_is_known_by_its_plural() -> None:
    plurals = {message.key: message.plural for message in spoken() if message.plural}
    assert {key: ENTRIES[key].msgid_plural for key in plurals if key in ENTRIES} == plurals


def test_translations_are_in_chinese_punctuation() -> None:
    """A half-width comma or question mark between Chinese characters reads like a slip."""
    slips = re.compile("[\u4e00-\u9fff][,;?!](?=[\u4e00-\u9fff])")
    sentences = [entry for entry in CATALOGUE if entry.msgid not in READ_BY_FILTERS]
    assert [one.msgid for one in sentences if slips.search(messages.written(one))] == []


def test_the_catalogue_knows_no_machine() -> None:
    assert not MACHINE.search(messages.CATALOGUE.read_text("utf-8"))
    assert "POT-Creation-Date" not in CATALOGUE.metadata


@pytest.mark.parametrize("name", sorted(set(pages()) - IN_BOTH_LANGUAGES))
def test_no_page_says_anything_that_is_not_translatable(name: str) -> None:
    assert bare_words(pages()[name]) == []


def test_no_source_string_is_in_chinese() -> None:
    """Source strings are English; Chinese is data or translation."""
    found = {
        f"{module.name}:{node.lineno}": node.value
        for module in modules()
        if not module.name.startswith(tuple(READS_CHINESE))
        for node in _texts(module.tree)
        if CHINESE.search(node.value)
    }
    assert found == {}


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """String literals without docstrings."""
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks:
            yield node


# How a template is read: what remains when tags, translated blocks and markup are taken away.

COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
BLOCK = re.compile(r"\{% blocktranslate.*?%\}.*?\{% endblocktranslate %\}", re.DOTALL)
UNREAD = re.compile(r"<(code|pre|svg|kbd)\b.*?</\1>|\{% block main_class %\}.*?\{% endblock %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
READ_ALOUD = re.compile(r"""\b(?:aria-label|title|alt|placeholder|data-label|data-confirm)="([^"]*)\"""")
MARKUP = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+")
SPOKEN_EVERYWHERE = {
    "English",
    "中文",
    "EN",
    "NQI",
    "QS",
    "nbsp",
    "hellip",
    "middot",
    "ndash",
    "times",
    "rarr",
    "larr",
    "kB",
    "MB",
}


def bare_words(text: str) -> list[str]:
    text = UNREAD.sub(" ", BLOCK.sub(" ", COMMENT.sub(" ", text)))
    text = TAG.sub(" ", text)
    aloud = " ".join(READ_ALOUD.findall(text))
    return [word for word in WORD.findall(f"{MARKUP.sub(' ', text)} {aloud}") if word not in SPOKEN_EVERYWHERE]


def test_a_bare_word_is_found() -> None:
    assert bare_words('<p title="Close">Good {{ x }} {% translate "day" %}</p>') == ["Good", "Close"]


# The tool that gathers them.


def test_the_tool_finds_calls_by_whatever_name() -> None:
    source = (
        "from django.utils.translation import gettext_lazy as _l, ngettext, pgettext as p\n"
        'a = _l("One " "two")\nb = ngettext("%(n)s cat", "%(n)s cats", 2)\nc = p("noun", "Open")\nd = other("No")\n'
    )
    assert set(messages.in_python(source)) == {
        Message("One two"),
        Message("%(n)s cat", plural="%(n)s cats"),
        Message("Open", context="noun"),
    }


def test_the_tool_reads_templates_as_django_does() -> None:
    source = (
        '{% translate "It\'s" %}{% blocktranslate trimmed count n=rows %}\n  {{ n }} row\n{% plural %}\n'
        '  {{ n }} rows\n{% endblocktranslate %}{{ x|default:_("None") }}'
    )
    assert set(messages.in_template(source)) == {
        Message("It's"),
        Message("%(n)s row", plural="%(n)s rows"),
        Message("None"),
    }


def test_refreshing_keeps_what_was_translated_and_drops_what_nobody_says(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    messages.refresh(path, {Message("Old"): ["a.py"], Message("Kept"): ["a.py"]}, {"Kept": "保留", "Old": "旧"}).save(
        str(path)
    )
    found = messages.refresh(path, {Message("Kept"): ["b.py"], Message("New"): ["b.py"]}, {})
    assert {entry.msgid: entry.msgstr for entry in found} == {"Kept": "保留", "New": ""}


def test_every_placeholder_of_a_format_can_be_filled() -> None:
    """Texts with braces are filled by ``str.format`` with names only: no attribute, no index."""
    for entry in CATALOGUE:
        if "{" in entry.msgid:
            names = [name for _text, name, _spec, _how in Formatter().parse(entry.msgid) if name]
            assert all(name.isidentifier() for name in names), entry.msgid
