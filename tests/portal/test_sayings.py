"""What the portal itself has put into a row is read in the reader's language; what people wrote stays as it is."""

import pytest
from django.template import engines
from django.utils import translation
from django.utils.translation import gettext

from portal import sayings
from portal.sayings import said
from services.rectification.actions import NOT_REACHED as WORDS


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (WORDS, "Not reached.", "未接通。"),
        (f"{WORDS}\nRemove\nCopied", "Not reached.\nRemove\nCopied", "未接通。\nRemove\nCopied"),
        ("Copied", "Copied", "Copied"),
        ("Not reached. Remove", "Not reached. Remove", "Not reached. Remove"),
        ("说明\nNot reached.", "说明\nNot reached.", "说明\nNot reached."),
        ("", "", ""),
    ],
    ids=[
        "a saying",
        "and what somebody wrote after it",
        "a word of our pages",
        "its beginning",
        "further down",
        "none",
    ],
)
def test_only_a_saying_is_translated(text: str, english: str, chinese: str) -> None:
    for language, expected in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert said(text) == expected
            page = engines["django"].from_string("{{ text|said }}|{{ text|said|linebreaksbr }}").render({"text": text})
            assert page == f"{expected}|{expected.replace(chr(10), '<br>')}"


def test_every_saying_has_been_translated() -> None:
    with translation.override("zh-hans"):
        assert [words for words in sayings.OURS if gettext(words) == words] == []
    assert len(sayings.OURS) >= 10, "the modules that have some are loaded"
