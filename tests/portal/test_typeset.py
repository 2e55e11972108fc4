"""Lines end where a reader of Chinese expects them to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import typeset

WIDE = 0x2E80
TEXTS = st.text(alphabet="质量检验，。（）：GBT/ -2019%x", max_size=120)


def measure(text: str) -> float:
    """As on a screen of fixed width: Chinese takes two."""
    return sum(2 if ord(one) > WIDE else 1 for one in text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a\n\nb", ["a", "", "b"]),
        ("建立釉料进厂检验规程和台账", ["建立釉料进厂检", "验规程和台账"]),
        ("检验规程和台账（含标准）", ["检验规程和台账", "（含标准）"]),
        ("检验规程和台账，质量部", ["检验规程和台", "账，质量部"]),
        ("按 GB/T 6952-2015 检验", ["按 GB/T", "6952-2015 检验"]),
        ("quality test-order", ["quality test-", "order"]),
        ("x" * 30, ["x" * 14, "x" * 14, "xx"]),
    ],
    ids=range(8),
)
def test_a_line_is_broken_where_people_break_it(text: str, lines: list[str]) -> None:
    assert typeset.lines(text, 14, measure) == lines


@given(TEXTS)
def test_nothing_is_lost_and_nothing_is_too_wide(text: str) -> None:
    lines = typeset.lines(text, 12, measure)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(measure(line) <= 12 for line in lines)


@pytest.mark.parametrize(
    ("natural", "given_widths"),
    [
        ([10, 30], [25, 75]),
        ([10, 20, 300], [10, 20, 70]),
        ([200, 200], [50, 50]),
        ([5, 100, 400], [5, 95 / 3, 190 / 3]),
    ],
    ids=range(4),
)
def test_narrow_columns_get_what_they_want(natural: list[float], given_widths: list[float]) -> None:
    assert typeset.shares(natural, 100) == pytest.approx(given_widths)
