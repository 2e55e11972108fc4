"""An event of the tests' own, with everything that words can use."""

from pathlib import Path

import pytest

from portal.notices import rendering

WORDS = """{% load i18n %}{{ number }}: {% if LANGUAGE_CODE == "en" %}Offer{% endif %}{{ institution }}
{% get_current_language as language %}{{ language }} {{ note }}

{{ due_at|when }} {{ starts_on|day }}
{{ link }}
"""


@pytest.fixture
def event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "notices"
    folder.mkdir()
    (folder / "tested.txt").write_text(WORDS, encoding="utf-8")
    monkeypatch.setattr(rendering, "engine", rendering.plain_engine(tmp_path))
    return "tested"


FACTS = {
    "number": "QS-20261121-00007",
    "institution_zh": "成都计量院 & Söhne",
    "institution_en": "Chengdu Metrology & Söhne",
    "note": "<b>{{ 7|add:7 }}</b>",
    "due_at": "2026-11-24T09:30:00+08:00",
    "starts_on": "2026-12-01",
}
