"""Numbers of standards as people write them, and the form in which they are kept."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from services.boards.metrology.numbers import canonical

KEPT = {
    "gb/t19001-2016": "GB/T 19001-2016",
    "ＧＢ／Ｔ　１９００１—２０１６": "GB/T 19001-2016",
    "GB 6675.1 - 2014": "GB 6675.1-2014",
    "GB/Z 35471-2017": "GB/Z 35471-2017",
    "JB/T5000.1-2007": "JB/T 5000.1-2007",
    "DB33/T 2428-2022": "DB33/T 2428-2022",
    "db2309/t003—2024": "DB2309/T 003-2024",
    "T/CAS 123-2024": "T/CAS 123-2024",
    "Q/ABC001-2025": "Q/ABC 001-2025",
    "Q/YSJS 0001S-2025": "Q/YSJS 0001S-2025",
    "JJG 52-2013": "JJG 52-2013",
    "JJF1001-2011": "JJF 1001-2011",
    "JJG（川） 123-2020": "JJG(川) 123-2020",
    "ISO 9001:2015": "ISO 9001:2015",
    "iso9001：2015": "ISO 9001:2015",
    "ISO 9001-2015": "ISO 9001-2015",
    "ISO/IEC 17025:2017": "ISO/IEC 17025:2017",
    "IEC 60335-2-84:2019": "IEC 60335-2-84:2019",
    "EN 997:2018": "EN 997:2018",
    "ASTM D638-14": "ASTM D638-14",
    "IEC/TS 62607-4-1:2015": "IEC/TS 62607-4-1:2015",
}


@pytest.mark.parametrize(("typed", "kept"), KEPT.items())
def test_a_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert canonical(typed) == kept
    assert canonical(kept) == kept


@pytest.mark.parametrize(
    "typed", ["", "质量管理体系", "GB/T", "19001-2016", "GB/T 1", "GB/T 1-16", "9" * 5000, "Q/-1-2"]
)
def test_what_is_no_number_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(ValidationError, match="Q/ABC 001-2025"):
        canonical(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_kept_once_and_for_all_or_refused(typed: str) -> None:
    try:
        kept = canonical(typed)
    except ValidationError:
        return
    assert canonical(kept) == kept
