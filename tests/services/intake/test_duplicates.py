"""Whether the same matter came in a moment ago."""

from datetime import timedelta
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import duplicates
from services.intake.duplicates import ALIKE
from tests.factories import NOW, make_case, make_user

LETTERS = st.text("检测校准三台压力表ab ", max_size=40)


@pytest.mark.django_db
def test_the_likest_of_the_last_day_come_first_and_other_matters_and_older_ones_not_at_all() -> None:
    person = make_user()
    texts = ["三台压力表要校准，两周内要用", "三台压力变送器要校准，一周内要用", "想注册一个商标"]
    alike, less, _other = [make_case(submitter=person, text=text) for text in texts]
    make_case(submitter=person, text=texts[0], now=NOW - timedelta(hours=25))
    make_case(text=texts[0])
    found = duplicates.near("三台压力表要校准，两周内要用。", submitter=person, enterprise=None, now=NOW)
    assert found == [alike, less]


@given(LETTERS, st.lists(LETTERS, max_size=5))
def test_what_is_seen_by_the_letters_alone_is_what_a_whole_comparison_would_say(text: str, others: list[str]) -> None:
    whole = [SequenceMatcher(None, other, text, autojunk=False).ratio() for other in others]
    assert [share >= ALIKE for share in duplicates._likeness(text, others)] == [share >= ALIKE for share in whole]
