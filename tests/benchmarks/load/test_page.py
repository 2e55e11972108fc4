"""The page of a run: verdicts and figures in one file that fetches nothing."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from benchmarks.load import page, results, targets
from benchmarks.load.charts import Group, bars
from tests.benchmarks.load.results_of import run


def test_the_page_shows_verdicts_and_figures_and_needs_nothing_else() -> None:
    found = run()
    text = page.render(found, targets.judge(found))
    HTMLParser().feed(text)
    assert 'class="not-met"' in text and "triage queue, default view" in text
    assert not re.search(r"<script|https?://|<link|<img", text)


def test_it_is_readable_in_both_colours() -> None:
    """Every colour that is named for light is named for dark too."""
    light, dark = page.STYLE.split("@media (prefers-color-scheme: dark)")
    named = {
        name: set(re.findall(r"--(\w+):", part.split("}")[0])) for name, part in (("light", light), ("dark", dark))
    }
    assert named["light"] == named["dark"] != set()


def test_a_bar_is_as_long_as_its_value_and_what_is_unknown_has_none() -> None:
    drawn = bars([Group("<a>", [5.0, None]), Group("b", [10.0, 2.5])], ["one", "two"], unit=" ms", mark=8.0)
    assert re.findall(r'<rect[^>]*width="([\d.]+)"', drawn) == ["230.0", "460.0", "115.0"]
    assert "&lt;a&gt;" in drawn and drawn.count("–") == 1 and '<line class="mark"' in drawn


def test_a_run_is_kept_with_its_verdicts(tmp_path: Path) -> None:
    results.keep(run(), tmp_path)
    stored = json.loads((tmp_path / "load.json").read_text(encoding="utf-8"))
    assert stored["format"] == results.FORMAT and {"target", "verdict", "bound"} <= stored["verdicts"][0].keys()
    assert (tmp_path / "load.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_is_not_met_is_told_first() -> None:
    assert results.told(run()).startswith("not met")
