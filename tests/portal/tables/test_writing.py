"""Tables that are given out: no cell of them runs, and all come back as they were."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from portal.tables import reading, writing

ROWS = [
    ["=1+1", "+86 138", "-1", "@SUM(A1)"],
    ["＝1", "＋1", "－1", "＠x"],
    ["\tx", "'=quoted", "'plain", '一 <b>&"x"'],
    [12, None, "a\nb", "='; DROP"],
]


def content(ending: str) -> bytes:
    answer: Any = writing.response("x", ending, ["一", "二", "三", "四"], ROWS)
    try:
        return b"".join(answer.streaming_content)
    finally:
        for part in answer._resource_closers:
            part()


@pytest.mark.parametrize("ending", writing.FORMATS)
def test_what_is_given_out_comes_back_unchanged(ending: str) -> None:
    lines = reading.read(io.BytesIO(content(ending)), ending)
    said = [["" if cell is None else str(cell) for cell in row] for row in ROWS]
    assert [list(line.cells) for line in lines] == [["一", "二", "三", "四"], *said]


def test_no_cell_of_a_csv_file_begins_as_a_formula() -> None:
    text = content("csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell]
    assert [cell for cell in cells if cell[0] in "=+-@\t\r＝＋－＠"] == []


def test_every_cell_of_a_workbook_is_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(content("xlsx"))).active
    assert {(cell.data_type, cell.number_format) for row in sheet.iter_rows() for cell in row if cell.value} == {
        ("s", "@")
    }


def test_without_the_guard_a_cell_would_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "guard", lambda text: text)
    assert "\r\n=1+1," in content("csv").decode()
