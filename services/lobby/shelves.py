"""The catalogue as visitors see it: boards with their offered items, figures that are counted and not claimed."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from experts.models import Credential, Institution
from portal import counting, search
from portal.reference.models import Region
from services.catalogue.models import Board, ServiceItem
from services.lobby import phrases
from services.triage import advice, doors, public

MOST_FOUND = 30


@dataclass
class Shelf:
    """One board as visitors see it: how much it holds, what people say when they need it, and its items where asked."""

    board: Board
    count: int
    phrases: list[dict[str, str]]
    items: list[ServiceItem] = field(default_factory=list)


def shelves() -> list[Shelf]:
    """All boards in order."""
    offered = Q(items__active=True)
    rows = Board.objects.annotate(item_count=Count("items", filter=offered)).order_by("order")
    return [Shelf(row, row.item_count, phrases.of(row.slug)) for row in rows]


def filled() -> list[Shelf]:
    """All boards with their items."""
    found = shelves()
    offered = list(items())
    for shelf in found:
        shelf.items = [item for item in offered if item.board_id == shelf.board.code]
    return found


def items(board: Board | None = None) -> QuerySet[ServiceItem]:
    rows = ServiceItem.objects.offered().in_order().select_related("board").defer("intake_questions", "keywords")
    return rows.filter(board=board) if board else rows


def figures() -> list[tuple[str, str]]:
    """Institutions in the pool and regions they sit in, counted up to a limit; a figure of zero is not shown."""
    listed = Institution.objects.listed()
    checked = Credential.objects.filter(institution__in=listed, state=Credential.State.VALID)
    seats = Region.objects.filter(Exists(listed.filter(region=OuterRef("pk"))))
    counted = Institution.objects.values_list(*(counting.Counted(rows) for rows in (listed, checked, seats))).first()
    names = [_("institutions in the pool"), _("checked credentials"), _("regions they work from")]
    return [(name, counting.told(number)) for name, number in zip(names, counted or (), strict=False) if number]


@dataclass
class Found:
    """Items that hold every word, best first; those that may be meant; a sentence on the door for what is not ours."""

    exact: list[ServiceItem]
    near: list[ServiceItem]
    door: str = ""


def find_items(text: str) -> Found:
    if not text:
        return Found([], [])
    offered = ServiceItem.objects.offered().select_related("board").defer("intake_questions", "keywords")
    exact = list(search.ranked(search.match(offered, text), text)[:MOST_FOUND])
    near = [item for item in public.match_items(text) if item not in exact]
    return Found(exact, near, "" if exact else _other_door(text))


def _other_door(text: str) -> str:
    """Where this is taken, when it is rather a matter for another office; "" when it is one for us."""
    elsewhere = advice.suggest(text).out_of_scope
    return str(doors.SENTENCES[doors.known(elsewhere.code)]) if elsewhere else ""


def find_institutions(text: str) -> list[Institution]:
    named = Institution.objects.listed().filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    return list(named.select_related("region").order_by("name_zh")[:MOST_FOUND]) if text else []
