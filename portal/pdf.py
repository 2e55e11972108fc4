"""Papers to hand on: plain, in Chinese or English, on A4. What people wrote is printed as it is and is never markup."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

import pylopdf_fonts_zh_cn
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import ResourceAccessPolicy, TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from portal import typeset

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
SANS, SERIF = "sans", "serif"
FILES = {SANS: FONTS / "NotoSansSC-Regular.otf", SERIF: FONTS / "NotoSerifSC-Regular.otf"}
INK, FAINT, ACCENT, RULE, SHADE = (22, 35, 47), (88, 103, 115), (20, 80, 127), (219, 224, 221), (231, 239, 245)
"""Those of ``static/css/tokens.css``: what is printed looks like the page it comes from."""
NO_GLYPH = "□"
MARGIN, HEAD, LINE, LABEL, PAD = 18, 24, 5.6, 38, 1.2
"""Millimetres: at the sides, above a page that goes on, from line to line, the label of a fact, around a cell."""
TITLE, HEADINGS, BODY, CELL, SMALL = 20, {1: 14, 2: 11}, 10.5, 9, 8
"""Sizes in points."""
ROW_LINES, WIDEST, SHORT = 20, 160, 13
"""Of a table: the most lines that a row has, since no row is broken between pages; in mm, the most that a column asks
for, and up to where its label stays on one line.
"""


class _Paper(FPDF):
    def __init__(self, title: str, foot: str) -> None:
        super().__init__(format="A4")
        self.head, self.foot = title, foot
        self.widths: dict[tuple[str, str], float] = {}
        self.resource_access_policy = ResourceAccessPolicy.NONE
        self.str_alias_nb_pages = ""  # or "{nb}" in somebody's words would become a number
        for name, file in FILES.items():
            self.add_font(name, fname=str(file))
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + LINE)

    def legible(self, text: str) -> str:
        """Each character that the fonts cannot print is a box; lines stay lines."""
        known = [font.cmap for font in self.fonts.values() if isinstance(font, TTFFont)]
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        return "".join(one if one == "\n" or all(ord(one) in cmap for cmap in known) else NO_GLYPH for one in lines)

    def measure(self, text: str) -> float:
        """Millimetres in the face and size that are set."""
        return sum(map(self._width, text)) * self.font_size

    def _width(self, one: str) -> float:
        """As a share of the size; kept, since a long table asks for the same few hundred characters."""
        key = (self.font_family, one)
        if key not in self.widths:
            self.widths[key] = float(self.get_string_width(one)) / self.font_size
        return self.widths[key]

    def header(self) -> None:
        """What the paper is, on every page but the first."""
        if self.page_no() == 1:
            return
        self.set_font(SANS, size=SMALL)
        self.set_text_color(*FAINT)
        self.set_draw_color(*RULE)
        self.set_y(MARGIN - LINE)
        first = typeset.lines(self.legible(self.head), self.epw, self.measure)[0]
        self.cell(0, LINE, first, border="B", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(HEAD)

    def foot_of(self, page: int, pages: int) -> None:
        self.page = page
        self.set_font(SANS, size=BODY)  # another size than that of the foot, so that this page is told of it too
        self.set_font(SANS, size=SMALL)
        self.set_text_color(*FAINT)
        self.set_y(-MARGIN)
        half = self.epw / 2
        self.cell(half, LINE, self.legible(self.foot))
        self.cell(half, LINE, _("Page %(number)d of %(pages)d") % {"number": page, "pages": pages}, align="R")


class Document:
    """Written from the top; ``content()`` is the file. The same words and time give the same bytes.

    :param made_at: an aware time, printed on each page with the name of the station: what is printed was true then.
    """

    def __init__(self, title: str, subtitle: str = "", *, station: str, made_at: datetime) -> None:
        at = date_format(localtime(made_at), "Y-m-d H:i")
        foot = _("%(station)s · as of %(time)s") % {"station": station, "time": at}
        self._paper = _Paper(" · ".join(filter(None, [title, subtitle])), foot)
        self._paper.set_title(self._paper.legible(title))
        self._paper.set_lang(get_language() or "zh-hans")
        self._paper.set_creator(self._paper.legible(station))
        self._paper.set_creation_date(made_at)
        self._paper.add_page()
        self._write(title, face=SERIF, size=TITLE, colour=ACCENT)
        if subtitle:
            self._write(subtitle, size=11, colour=FAINT)
        self._rule()

    def heading(self, text: str, level: int = 1) -> None:
        """Never the last line of a page: a first level keeps the beginning of what comes with it."""
        self._paper.ln(LINE / level)
        if self._paper.will_page_break((9 if level == 1 else 5) * LINE):
            self._paper.add_page()
        if level == 1:
            self._write(text, face=SERIF, size=HEADINGS[level], colour=ACCENT)
        else:
            self._write(text, size=HEADINGS[level])
        self._paper.ln(LINE / 4)

    def paragraph(self, text: str) -> None:
        self._write(text, size=BODY)
        self._paper.ln(LINE / 3)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Label and value beside each other; nothing known is a dash."""
        rows = [(label, value or "–") for label, value in pairs]
        if rows:
            self._rows([], rows, [LABEL, self._paper.epw - LABEL], TableBordersLayout.NONE)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float] = ()) -> None:
        """The header stands again on each page.

        :param widths: shares of the page; none, by what stands in the columns.
        """
        kept = [list(row) for row in rows]
        self._font(SANS, CELL, INK)
        asked = [one * self._paper.epw / sum(widths) for one in widths] or self._natural(header, kept)
        self._rows(header, kept, asked, TableBordersLayout.HORIZONTAL_LINES)

    def content(self) -> bytes:
        self._paper.set_auto_page_break(auto=False)
        pages = self._paper.pages_count
        for page in range(1, pages + 1):
            self._paper.foot_of(page, pages)
        return bytes(self._paper.output())

    def _natural(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
        """Widths in mm by which short columns stay on one line; a label may take two."""
        columns = zip(*rows, strict=True) if rows else [()] * len(header)
        asked = [
            min(WIDEST, max(self._least(label), *map(self._wide, column), 0) + 2 * PAD + 0.5)
            for label, column in zip(header, columns, strict=True)
        ]
        return typeset.shares(asked, self._paper.epw)

    def _least(self, label: str) -> float:
        """Two lines, but a short label stays whole, and so does each word."""
        whole = self._wide(label)
        return max(whole * 0.6, min(whole, SHORT), *map(self._wide, label.split()), 0)

    def _wide(self, cell: str) -> float:
        return max(map(self._paper.measure, self._paper.legible(cell).split("\n")))

    def _rows(
        self,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[float],
        borders: TableBordersLayout,
    ) -> None:
        self._font(SANS, CELL, INK)
        self._paper.set_draw_color(*RULE)
        with self._paper.table(
            borders_layout=borders,
            col_widths=list(widths),
            first_row_as_headings=bool(header),
            headings_style=FontFace(color=ACCENT, fill_color=SHADE, emphasis=""),
            line_height=LINE - 0.6,
            padding=PAD,
            text_align="LEFT",
            v_align="TOP",
            wrapmode=WrapMode.CHAR,
        ) as table:
            for cells in [header, *rows] if header else rows:
                for part in self._parts(cells, widths):
                    table.row(part)
        self._paper.ln(LINE / 2)

    def _parts(self, cells: Sequence[str], widths: Sequence[float]) -> Iterable[tuple[str, ...]]:
        """A row, its lines broken; what is too long for one goes on in the next."""
        columns = []
        for cell, width in zip(cells, widths, strict=True):
            lines = typeset.lines(self._paper.legible(cell), width - 2 * PAD - 0.3, self._paper.measure)
            columns.append(["\n".join(lines[at : at + ROW_LINES]) for at in range(0, len(lines), ROW_LINES)])
        return zip_longest(*columns, fillvalue="")

    def _write(self, text: str, *, size: float, face: str = SANS, colour: tuple[int, int, int] = INK) -> None:
        self._font(face, size, colour)
        height = max(LINE, size * 0.53)
        for line in typeset.lines(self._paper.legible(text), self._paper.epw - 2, self._paper.measure):
            self._paper.multi_cell(
                0, height, line or " ", align="L", wrapmode=WrapMode.CHAR, new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )

    def _rule(self) -> None:
        self._paper.set_draw_color(*ACCENT)
        self._paper.ln(LINE / 2)
        self._paper.line(MARGIN, self._paper.get_y(), MARGIN + self._paper.epw, self._paper.get_y())
        self._paper.ln(LINE / 2)

    def _font(self, face: str, size: float, colour: tuple[int, int, int]) -> None:
        self._paper.set_font(face, size=size)
        self._paper.set_text_color(*colour)
