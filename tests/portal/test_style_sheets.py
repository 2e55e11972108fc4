"""Colours that can be read, style sheets and scripts that are small and used, templates that a strict CSP lets pass."""

import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
COMPONENTS = sorted((STATIC / "css/components").glob("*.css"))
MODULES = sorted((STATIC / "js").glob("*.js"))
MOST_LINES = 150
LEAST_CONTRAST = 4.5
GROUNDS = ("paper", "surface", "sunken")
INKS = ("ink", "ink-soft", "ink-faint", "brand", "trouble", "seal")
FAMILIES = ("quiet", "waiting", "asking", "moving", "done", "trouble", "ended")
BOARDS = ("metrology", "certification", "testing", "ip", "consulting", "labs")


def tokens() -> dict[str, str]:
    text = (STATIC / "css/tokens.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", text))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_reckoned_as_the_guidelines_do() -> None:
    assert contrast("#000000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_inks_are_read_on_every_ground(ink: str, ground: str) -> None:
    assert contrast(tokens()[ink], tokens()[ground]) >= LEAST_CONTRAST


@pytest.mark.parametrize("name", [*FAMILIES, *(f"board-{board}" for board in BOARDS)])
def test_states_and_boards_are_read_on_their_own_tint(name: str) -> None:
    assert contrast(tokens()[name], tokens()[f"{name}-soft"]) >= LEAST_CONTRAST


def test_the_edge_of_a_field_is_seen() -> None:
    assert contrast(tokens()["line-strong"], tokens()["surface"]) >= 3


@pytest.mark.parametrize("sheet", COMPONENTS, ids=lambda path: path.name)
def test_a_component_is_small_and_linked(sheet: Path) -> None:
    linked = (STATIC / "css/app.css").read_text(encoding="utf-8")
    assert f'components/{sheet.name}"' in linked
    assert len(sheet.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_script_is_small_and_loaded(module: Path) -> None:
    """By ``app.js`` on every page, or by the pages that need it alone."""
    imported = "".join(other.read_text(encoding="utf-8") for other in MODULES)
    linked = "".join(page.read_text(encoding="utf-8") for page in TEMPLATES.rglob("*.html"))
    assert f'"./{module.name}"' in imported or f"'js/{module.name}'" in linked
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("page", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_nothing_that_the_content_policy_forbids(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if page.parent.name != "mail":
        assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=|hx-on|javascript:|<style|\|\s*safe\b", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_the_base_template_is_short() -> None:
    assert len((TEMPLATES / "base.html").read_text(encoding="utf-8").splitlines()) <= 100


def test_every_component_says_how_it_is_called() -> None:
    for component in (TEMPLATES / "_components").glob("*.html"):
        assert component.read_text(encoding="utf-8").startswith("{#"), component.name
