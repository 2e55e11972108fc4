"""Pages carry no code of their own, every template and asset is used, and every page's shape is found in one place."""

import re

import pytest
from django.template.loader import get_template

from tests.manners.tree import PACKAGES, ROOT, STATIC, TEMPLATES, modules, pages, templates

CODE = "\n".join(module.source for module in modules())
TEXTS = templates()
CALLED_BY_NAME = re.compile(r"""["']([\w/.-]+\.(?:html|txt))["']""")
FOUND_BY_DJANGO = {"500.html", "503.html", "admin/base_site.html", "admin/index.html"}
"""Taken by their place: error pages and what replaces a template of Django's."""
INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "a style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a style": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "an evaluated attribute": re.compile(r"\bhx-on\b|\bhx-vals\s*=\s*[\"']js:"),
}
UNSAFE = re.compile(r"\|\s*safe(seq)?\b|\{%\s*autoescape\s+off")
LONGEST_TEMPLATE = 130


@pytest.mark.parametrize("name", [name for name in pages() if not name.startswith("mail/")])
def test_a_page_has_nothing_that_the_content_policy_forbids(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", TEXTS[name])
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("what", INLINE)
def test_what_the_policy_forbids_is_found(what: str) -> None:
    planted = {
        "a script": "<script>go()</script>",
        "a style sheet": "<style>p{}</style>",
        "a style": '<p style="color:red">',
        "a handler": '<a onclick="go()">',
        "a script address": '<a href="javascript:go()">',
        "an evaluated attribute": '<form hx-on:submit="go()">',
    }
    assert INLINE[what].search(planted[what])


def test_no_template_switches_escaping_off() -> None:
    assert [name for name, text in TEXTS.items() if UNSAFE.search(text)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", pages())
def test_every_page_can_be_read_by_the_engine(name: str) -> None:
    assert get_template(name)


def test_every_template_is_used() -> None:
    named = set(CALLED_BY_NAME.findall(CODE)) | {one for text in TEXTS.values() for one in CALLED_BY_NAME.findall(text)}
    events = {name for name in TEXTS if name.startswith("notices/") and _is_told(name)}
    assert set(TEXTS) - named - events - FOUND_BY_DJANGO == set()


def _is_told(name: str) -> bool:
    """The words of a notice are found by its event; some events are put together from a verb and an audience."""
    event = name.removeprefix("notices/").removesuffix(".txt")
    verb = event.rpartition("_")[0]
    return f'"{event}"' in CODE or f'"{verb}"' in CODE


def test_every_named_template_exists() -> None:
    ours = {name for name in CALLED_BY_NAME.findall(CODE) if "/" in name and not name.startswith(("admin/", "django/"))}
    assert {name for name in ours if not (TEMPLATES / name).exists()} == set()


def test_no_template_is_longer_than_a_screen_or_three() -> None:
    assert {name: text.count("\n") for name, text in TEXTS.items() if text.count("\n") > LONGEST_TEMPLATE} == {}


def test_every_asset_is_referenced() -> None:
    """From a page, from the code, or from another asset."""
    assets = [path for path in STATIC.rglob("*") if path.is_file()]
    readable = [path.read_text("utf-8") for path in assets if path.suffix in (".css", ".js", ".webmanifest")]
    spoken = "\n".join([*TEXTS.values(), CODE, *readable])
    assert {path.relative_to(STATIC).as_posix() for path in assets if path.name not in spoken} == set()


def test_every_referenced_asset_exists() -> None:
    named = {one for text in TEXTS.values() for one in re.findall(r"""\{% static ["']([^"']+)["'] %\}""", text)}
    ours = {name for name in named if not name.startswith(("vendor/", "admin/", "drf_spectacular", "django_htmx"))}
    assert {name for name in ours if not (STATIC / name).exists()} == set()


def test_scripts_neither_evaluate_text_nor_write_markup() -> None:
    forbidden = re.compile(r"\beval\(|new Function|innerHTML|outerHTML|document\.write|insertAdjacentHTML")
    assert [path.name for path in (STATIC / "js").rglob("*.js") if forbidden.search(path.read_text("utf-8"))] == []


def test_scripts_read_no_attribute_of_a_form_that_a_field_of_it_may_hide() -> None:
    hidden = re.compile(r"\bform\.(method|action|target|name|id)\b")
    assert [path.name for path in (STATIC / "js").rglob("*.js") if hidden.search(path.read_text("utf-8"))] == []


def test_what_is_copied_from_the_page_is_on_the_page() -> None:
    named = {name: re.findall(r'data-copy-from="([^"]*)"', text) for name, text in TEXTS.items()}
    missing = [one for name, all in named.items() for one in all if f'id="{one[1:]}"' not in TEXTS[name]]
    assert missing + [one for all in named.values() for one in all if not one.startswith("#")] == []


def test_the_packages_hold_no_templates_of_their_own() -> None:
    assert [str(path) for package in PACKAGES for path in (ROOT / package).rglob("templates") if path.is_dir()] == []
