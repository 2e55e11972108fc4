"""The public directory: listed institutions, what they may do, what is known about how well they do it."""

from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from experts.models import Credential, Institution
from services.directory.models import Capability

PAGE = 24


def listed(*, text: str = "", board: str = "", region: str = "") -> QuerySet[Institution]:
    """Institutions anybody may see, each with ``item_count`` and ``boards``; narrowed by name, board and region."""
    rows = Institution.objects.listed().select_related("region")
    if text:
        rows = rows.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    if board:
        offers = Capability.objects.approved().filter(item__board__slug=board, item__active=True)
        rows = rows.filter(pk__in=offers.values("institution"))
    if region:
        rows = rows.filter(region__code__startswith=region)
    approved = Q(capabilities__state=Capability.State.APPROVED, capabilities__item__active=True)
    return rows.annotate(item_count=Count("capabilities", filter=approved)).order_by("pk")


def with_boards(rows: QuerySet[Institution]) -> QuerySet[Institution]:
    return rows.prefetch_related(Prefetch("capabilities", _offers(), to_attr="offers"))


def whole(*, today: date) -> QuerySet[Institution]:
    """Institutions with everything their page shows: ``offers`` and the credentials ``in_force``."""
    valid = Credential.objects.in_force(today).select_related("type").order_by("type__code", "number")
    rows = with_boards(Institution.objects.listed()).select_related("region")
    return rows.prefetch_related(Prefetch("credentials", valid, to_attr="in_force"))


def boards_of(institution: Institution) -> list[Any]:
    """The boards of its ``offers``, each once, in order."""
    return list({offer.item.board.pk: offer.item.board for offer in institution.offers}.values())


def _offers() -> QuerySet[Capability]:
    return (
        Capability.objects.approved()
        .filter(item__active=True)
        .select_related("item__board")
        .defer("item__intake_questions", "item__keywords", "item__search")
        .order_by("item__board__order", "item__order")
    )
