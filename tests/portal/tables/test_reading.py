"""Tables as people send them: every encoding they have, and the files that are made to harm."""

import io
import time
import zipfile
from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.tables import archive, reading
from portal.tables.cells import guard, restore
from portal.tables.reading import Unreadable

TEXT = "名称,电话\n成都检测,028\n\n'=1+1,x\n"
LINES = [(1, ("名称", "电话")), (2, ("成都检测", "028")), (4, ("=1+1", "x"))]


def read(content: bytes, ending: str = "csv") -> list[tuple[int, tuple[str, ...]]]:
    return [(line.number, line.cells) for line in reading.read(io.BytesIO(content), ending)]


def book(*rows: list[object]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_file_reads_the_same_in_every_encoding(encoding: str) -> None:
    assert read(TEXT.encode(encoding)) == LINES


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_cells_may_be_divided_as_the_machine_of_the_sender_does_it(divider: str) -> None:
    assert read(TEXT.replace(",", divider).encode()) == LINES


def test_a_line_break_in_a_cell_does_not_shift_the_numbers_of_lines() -> None:
    assert read(b'a,b\n"x\ny",1\nz,2') == [(1, ("a", "b")), (2, ("x\ny", "1")), (4, ("z", "2"))]


@pytest.mark.parametrize("tail", [b"\n\xff\xff\xff", b"\n\x80\xff"])
def test_what_is_in_no_encoding_names_its_line(tail: bytes) -> None:
    for door in (reading.look, reading.read):
        with override("en"), pytest.raises(Unreadable, match="Line 3"):
            door(io.BytesIO("名称,b\n成都,c".encode() + tail), "csv")


def test_a_workbook_reads_as_text_as_it_was_typed() -> None:
    content = book(["name", "n"], ["a", 3.0], [None, None], [date(2026, 11, 21), "=x"])
    assert read(content, "xlsx")[:2] == [(1, ("name", "n")), (2, ("a", "3"))]
    assert read(content, "xlsx")[2][1][0] == "2026-11-21"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_what_is_guarded_comes_back(text: str) -> None:
    assert restore(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


# Bombs


def entities(depth: int = 9) -> bytes:
    lines = ['<!ENTITY a0 "lol">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth)]
    return f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]><x>&a{depth - 1};</x>'.encode()


def overlapping() -> bytes:
    """The table of contents names one packed part many times."""
    content = bytearray(packed({f"xl/p{n}.xml": b"<x>" + bytes(1000) for n in range(3)}))
    first = content.index(b"PK\x01\x02")
    for at in range(first, len(content)):
        if content[at : at + 4] == b"PK\x01\x02":
            content[at + 42 : at + 46] = bytes(4)
    return bytes(content)


GOOD = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
BOMBS = {
    "51 MB of nothing": lambda: packed({**GOOD, "xl/worksheets/sheet1.xml": b"<x>" + bytes(51 * 1024 * 1024)}),
    "a thousandfold": lambda: packed({**GOOD, "xl/worksheets/sheet1.xml": b"<x>" + b" " * 9_000_000}),
    "201 parts": lambda: packed({**GOOD, **{f"xl/{n}.xml": b"<x/>" for n in range(201)}}),
    "a billion laughs": lambda: packed({**GOOD, "xl/sharedStrings.xml": entities()}),
    "laughs in UTF-16": lambda: packed({**GOOD, "xl/sharedStrings.xml": entities().decode().encode("utf-16")}),
    "laughs behind a comment": lambda: packed(
        {**GOOD, "xl/styles.xml": b"<!--" + b"x" * 200_000 + b"-->" + entities()}
    ),
    "an entity from elsewhere": lambda: packed({**GOOD, "xl/a.xml": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}),
    "parts upon each other": overlapping,
    "no archive": lambda: b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_a_fifth_of_a_second(name: str) -> None:
    """The quickest of three: the others may have waited for a machine that is busy elsewhere."""
    content, took = BOMBS[name](), []
    for _each in range(3):
        began = time.perf_counter()
        with pytest.raises(Unreadable) as refused:
            reading.look(io.BytesIO(content), "xlsx")
        took.append(time.perf_counter() - began)
        assert refused.value.code == "bomb"
    assert min(took) < 0.2


def test_without_the_look_a_bomb_goes_off_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even then it ends at the limits, and the portal goes on."""
    rows = b"".join(b'<row r="%d"><c t="inlineStr"><is><t>x</t></is></c></row>' % n for n in range(1, 30_000))
    parts = zipfile.ZipFile(io.BytesIO(book(["a"])))
    entries = {name: parts.read(name) for name in parts.namelist()}
    sheet = entries["xl/worksheets/sheet1.xml"]
    begin, end = sheet.index(b"<sheetData>") + 11, sheet.index(b"</sheetData>")
    entries["xl/worksheets/sheet1.xml"] = sheet[:begin] + rows + sheet[end:]
    with pytest.raises(Unreadable) as refused:
        reading.read(io.BytesIO(packed(entries)), "xlsx")
    assert refused.value.code == "too_many"


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.01)
    with pytest.raises(Unreadable) as refused:
        reading.read(io.BytesIO(b"a,b"), "csv")
    assert refused.value.code == "limits"


def test_an_archive_that_is_none_of_these_is_opened() -> None:
    archive.look(io.BytesIO(book(["a"], ["b"])))
