"""Counts that cost the same however large a table grows: up to a limit, then "more than that"."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.functional import cached_property

MOST = 1000
LISTED = 10_000


def capped(rows: QuerySet[Any], most: int = MOST) -> str:
    """How many rows there are, at most; beyond that ``1,000+``."""
    return told(rows.order_by()[: most + 1].count(), most)


def told(found: int, most: int = MOST) -> str:
    return f"{most:,}+" if found > most else str(found)


class Counted(Subquery):
    """The same inside another query, as a number, for several counts in one statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any], most: int = MOST) -> None:
        super().__init__(rows.order_by().values("pk")[: most + 1])


class CappedPaginator(Paginator):
    """Numbered pages of the first ten thousand rows: whoever looks further searches."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:LISTED].count())
