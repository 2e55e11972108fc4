"""Numbers of standards as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.standards import Standard, named_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GB/T 6952-2015", [("GB", "6952", "2015")]),
        ("gbt6952—2015", [("GB", "6952", "2015")]),
        ("ＧＢ／Ｔ　６９５２", [("GB", "6952", "")]),
        ("按 GB 18582-2020、GB/T 9755-2014 检测", [("GB", "18582", "2020"), ("GB", "9755", "2014")]),
        ("GB/T 1.1-2020；GB/T 1.1-2020", [("GB", "1.1", "2020")]),
        ("DB33/T 2428-2022 和 DB2309/T 003-2024", [("DB33", "2428", "2022"), ("DB2309", "003", "2024")]),
        ("ISO/IEC 17025:2017", [("ISO/IEC", "17025", "2017")]),
        ("EN 12345", [("EN", "12345", "")]),
        ("ASTM D4236", [("ASTM", "D4236", "")]),
        ("JJG 146—2011", [("JJG", "146", "2011")]),
        ("HJ/T 38", [("HJ", "38", "")]),
        ("T/CAS 123-2021", [("T/CAS", "123", "2021")]),
        ("客户图纸要求", []),
        ("2026-11-21 前，3 件样品", []),
        ("CMA 202611210001", []),
        ("", []),
    ],
)
def test_numbers_are_found_in_words(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [tuple(each) for each in named_in(text)] == found


@pytest.mark.parametrize(
    ("held", "asked", "covered"),
    [
        ("GB/T 6952-2015", "GB 6952-2015", True),
        ("GB/T 6952", "GB/T 6952-2015", True),
        ("GB/T 6952-2015", "GB/T 6952", True),
        ("GB/T 6952-2005", "GB/T 6952-2015", False),
        ("GB/T 6952.1", "GB/T 6952", False),
        ("HJ 6952", "GB 6952", False),
    ],
)
def test_an_edition_covers_itself_and_no_other(held: str, asked: str, covered: bool) -> None:
    assert named_in(held)[0].covers(named_in(asked)[0]) is covered


@given(
    st.sampled_from(["GB", "DB51", "JJF", "ISO", "T/CAS", "SN"]),
    st.integers(10, 99_999),
    st.sampled_from(["", "1999", "2024"]),
)
def test_what_is_written_is_read_again(prefix: str, number: int, year: str) -> None:
    one = Standard(prefix, str(number), year)
    assert named_in(f"见{one}。") == (one,)
