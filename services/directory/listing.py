"""The public directory: listed institutions and what they may do."""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from experts.models import Credential, Institution
from services.catalogue.models import Board
from services.directory.models import Capability

PAGE = 24


def listed(*, text: str = "", board: str = "") -> QuerySet[Institution]:
    """Institutions anybody may see, with ``offers``; narrowed by name and a board's slug."""
    rows = Institution.objects.listed().select_related("region")
    if text:
        rows = rows.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    if board:
        rows = rows.filter(pk__in=_offers().filter(item__board__slug=board).values("institution"))
    return rows.prefetch_related(Prefetch("capabilities", _offers(), to_attr="offers"))


def whole(*, today: date) -> QuerySet[Institution]:
    """Institutions with everything their page shows: ``offers`` and the credentials ``in_force``."""
    valid = Credential.objects.in_force(today).select_related("type").order_by("type__code", "number")
    return (
        Institution.objects.listed()
        .select_related("region__parent__parent__parent")
        .prefetch_related(
            Prefetch("capabilities", _offers(), to_attr="offers"), Prefetch("credentials", valid, to_attr="in_force")
        )
    )


def boards_of(institution: Institution) -> list[Board]:
    """The boards of its ``offers``, each once, in order."""
    offers: list[Capability] = institution.offers  # type: ignore[attr-defined]  # prefetched by the functions above
    return list({offer.item.board_id: offer.item.board for offer in offers}.values())


_NOT_SHOWN = [f"item__{column}" for column in ("intake_questions", "keywords", "search", "summary_zh", "summary_en")]


def _offers() -> QuerySet[Capability]:
    return (
        Capability.objects.approved()
        .filter(item__active=True)
        .select_related("item__board")
        .defer(*_NOT_SHOWN)
        .order_by("item__board__order", "item__order")
    )
