"""The dossier on paper, in the language of whoever prints it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enterprises.models import Enterprise
from portal import papers
from portal.accounts.models import User
from portal.reference.bilingual import listed
from portal.templatetags.look import when
from services.boards.cells import shown
from services.dossier import content
from services.dossier.content import Dossier, Kept, Section, Table
from services.stations.models import online_station

if TYPE_CHECKING:
    from portal.pdf import Document

MOST_ROWS, DITTO = 300, "〃"


def pdf(dossier: Dossier, user: User, *, now: datetime) -> bytes:
    """Everything the boards keep, row by row, what is due next, and the services."""
    firm = dossier.enterprise
    paper = papers.begun(firm.name, _("Dossier"), station=online_station().name, made_at=now)
    paper.facts(
        [
            (_("Identifier"), firm.uscc or firm.other_identifier),
            (_("Region"), firm.region.name if firm.region else ""),
            (_("Industry"), firm.industry.name if firm.industry else ""),
            (_("Size class"), firm.get_size_class_display()),
        ]
    )
    _due(paper, dossier)
    for section in dossier.sections:
        _section(paper, section, dossier.enterprise, user)
    _services(paper, dossier)
    return paper.content()


def _due(paper: "Document", dossier: Dossier) -> None:
    paper.heading(_("Due within 90 days"))
    rows = [[date_format(one.on, _("j M Y")), str(one.title), one.words] for one in dossier.due]
    if rows:
        paper.table([_("Day"), pgettext("falls due", "What"), _("Of")], rows, widths=(20, 30, 50))
    else:
        paper.paragraph(_("Nothing is due."))


def _section(paper: "Document", section: Section, firm: Enterprise, user: User) -> None:
    """The facts of a board, each register with what hangs on it, and what it keeps beside them."""
    paper.heading(section.board.name)
    paper.facts(section.facts)
    for kept in section.registers:
        _register(paper, kept, firm, user)
        for table in kept.beneath:
            _table(paper, table, firm, user)
    for table in section.tables:
        _table(paper, table, firm, user)


def _register(paper: "Document", kept: Kept, firm: Enterprise, user: User) -> None:
    if kept.count:
        rows = content.rows(kept.register, firm, user).filter(retired_at=None).order_by("pk")
        lines = [[cell.text for cell in kept.register.cells(row)] for row in rows[:MOST_ROWS]]
        _lines(paper, str(kept.register.title), kept.register.labels(), lines, kept.count)


def _table(paper: "Document", table: Table, firm: Enterprise, user: User) -> None:
    child = table.child
    rows = child.joined(child.in_use(firm, user)).order_by(*child.keys[:1], "pk")
    lines = _said_once([[shown(row, name) for name in child.on_paper] for row in rows[:MOST_ROWS]])
    _lines(paper, str(child.title), [child.label(name) for name in child.on_paper], lines, table.count)


def _said_once(lines: list[list[str]]) -> list[list[str]]:
    """The row above is named where it begins."""
    return [
        [DITTO if before and before[0] == line[0] else line[0], *line[1:]]
        for before, line in zip([None, *lines], lines, strict=False)
    ]


def _lines(paper: "Document", title: str, header: Sequence[str], lines: Sequence[Sequence[str]], count: int) -> None:
    paper.heading(_("%(title)s (%(count)d)") % {"title": title, "count": count}, level=2)
    paper.table(header, lines)
    if count > len(lines):
        paper.paragraph(_("%(count)d more are in the file with everything.") % {"count": count - len(lines)})


def _services(paper: "Document", dossier: Dossier) -> None:
    paper.heading(_("Services so far"))
    rows = [
        [
            row.case.number,
            row.need.item.name,
            row.institution.name,
            listed(row.results.all()),
            when(row.confirmed_at),
        ]
        for row in dossier.services
    ]
    header = [_("Case"), _("Service item"), _("Institution"), _("Result"), _("Confirmed")]
    if rows:
        paper.table(header, rows, widths=(20, 24, 24, 16, 16))
    else:
        paper.paragraph(_("No service yet"))
