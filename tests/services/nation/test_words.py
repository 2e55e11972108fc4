"""What is stored with a text is what the portal itself would make of it."""

from random import Random

import pytest

from portal import words as portal
from services.nation import words


@pytest.mark.parametrize("seed", range(40))
def test_terms_of_a_text_are_those_the_search_would_cut(seed: int) -> None:
    text = words.need_text(Random(seed), "TI-01", "检测", "光刻胶")
    assert words.terms(text) == portal.segment(text).split()


def test_a_vector_counts_places_through_all_its_parts() -> None:
    made = words.vector((["a", "b", "a"], "A"), (["b"], "D"), (["c"], "B"))
    assert made == "'a':1A,3A 'b':2A,4 'c':5B"


def test_a_key_made_of_parts_is_that_of_the_whole() -> None:
    assert words.pinyin_key("演示", "重庆", "机械") == portal.pinyin_key("演示重庆机械")
