"""What a dossier holds: the enterprise, what each board keeps, what is due next, and the services it has had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, Prefetch, QuerySet, Value

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards.board import BoardApp, dated, registered
from services.boards.child import Child
from services.boards.dated import Due, coming
from services.boards.register import Register
from services.cases.models import Case, Referral, Result
from services.cases.states import ReferralState
from services.catalogue.models import Board

SOON = timedelta(days=90)
MOST_DUE, MOST_SERVICES = 20, 20


@dataclass(frozen=True)
class Table:
    """What is in use of a child of a register or of a board."""

    child: Child
    count: int


@dataclass(frozen=True)
class Kept:
    """A register with the number of its rows in use, and what hangs on them; children without a row are left out."""

    register: Register[Any]
    count: int
    beneath: Sequence[Table]

    @property
    def hanging(self) -> int:
        return sum(one.count for one in self.beneath)


@dataclass(frozen=True)
class Section:
    """One board: its registers, what it keeps beside them, and further facts."""

    board: Board
    app: BoardApp
    registers: Sequence[Kept]
    tables: Sequence[Table]
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Dossier:
    """``services`` are referrals that an institution has confirmed done, the newest first."""

    enterprise: Enterprise
    sections: Sequence[Section]
    due: Sequence[Due]
    services: Sequence[Referral]
    open_cases: int


def of(enterprise: Enterprise, user: User, today: date) -> Dossier:
    """The number of statements depends on how many boards and kinds of days there are, not on their rows."""
    return Dossier(
        enterprise=enterprise,
        sections=sections(enterprise, user, today),
        due=coming(dated(), enterprise, today + SOON, most=MOST_DUE),
        services=list(services(enterprise, user)[:MOST_SERVICES]),
        open_cases=Case.objects.visible_to(user).filter(enterprise=enterprise).open().count(),
    )


def sections(enterprise: Enterprise, user: User, today: date) -> list[Section]:
    counts = _counts(enterprise, user)
    boards = Board.objects.in_bulk(list(registered()), field_name="slug")
    found = [
        Section(
            board=boards[slug],
            app=app,
            registers=[
                Kept(one, counts.get(_name(app, one), 0), _tables(app, one.children, counts)) for one in app.registers
            ],
            tables=_tables(app, app.tables, counts),
            facts=app.summary(enterprise, user, today),
        )
        for slug, app in registered().items()
        if slug in boards
    ]
    return sorted(found, key=lambda section: section.board.order)


def rows(register: Register[Any], enterprise: Enterprise, user: User) -> "QuerySet[Any]":
    """Of one register, everything; what is in use has ``retired_at=None``."""
    kept = register.model._default_manager.visible_to(user).filter(enterprise=enterprise)
    return kept.select_related(*register.related) if register.related else kept


def services(enterprise: Enterprise, user: User) -> "QuerySet[Referral]":
    results = Prefetch("results", Result.objects.issued().select_related("document__attachment").order_by("pk"))
    done = Referral.objects.visible_to(user).filter(case__enterprise=enterprise, state=ReferralState.CONFIRMED)
    joined = done.select_related("case", "need__item", "need__board", "institution").prefetch_related(results)
    return joined.order_by("-confirmed_at", "-pk")


def _tables(app: BoardApp, children: Sequence[Child], counts: dict[str, int]) -> list[Table]:
    return [Table(one, count) for one in children if (count := counts.get(_name(app, one), 0))]


def _counts(enterprise: Enterprise, user: User) -> dict[str, int]:
    """Of all registers and what hangs on them, by one statement."""
    found = [
        (_name(app, one), rows(one, enterprise, user).filter(retired_at=None))
        for app in registered().values()
        for one in app.registers
    ] + [(_name(app, one), one.in_use(enterprise, user)) for app in registered().values() for one in app.children()]
    parts = [
        kept.order_by()
        .select_related(None)
        .values(which=Value(name, output_field=CharField()))
        .annotate(rows=Count("pk"))
        .values_list("which", "rows")
        for name, kept in found
    ]
    return dict(parts[0].union(*parts[1:], all=True)) if parts else {}


def _name(app: BoardApp, one: Register[Any] | Child) -> str:
    return f"{app.slug}.{one.slug}"
