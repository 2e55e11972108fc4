"""Full-text search in Chinese and English over PostgreSQL: how a row is indexed and how it is found.

Recipe for a model::

    search = SearchVectorField(null=True, editable=False)                        # the column
    indexes = [GinIndex(fields=["search"], name="case_search", fastupdate=False)]  # Meta

    Case.objects.create(..., search=search.vector((number, "A"), (own_words, "B"), remarks))  # the action that writes
    search.match(Case.objects.visible_to(user), request.GET.get("q", ""))                     # the list
    search.ranked(search.match(rows, text), text)                                             # best first
    paging.newest_first(search.match(rows, text), request, near=search.looked_at(rows, text))  # newest first

The vector is computed from values by the action that changes them; there is no trigger, because PostgreSQL cannot
cut Chinese. Exclude the column from row history. Names and numbers of which only a part is known ("ends in 0042")
are a matter for a trigram index, not for this.
"""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db.models import BooleanField, Expression, F, Func, Model, QuerySet

from portal import words

CONFIG = "simple"
WEIGHED = f"setweight(to_tsvector('{CONFIG}'::regconfig, %s), '{{}}')"
INDEXED_CHARACTERS = 20_000
"""Of each text; a tsvector may hold 1 MB."""

Rows = TypeVar("Rows", bound=Model)


class Vector(Expression):
    """Texts as they are stored in a ``SearchVectorField``, each with its weight."""

    output_field = SearchVectorField()
    contains_aggregate = contains_over_clause = contains_column_references = False

    def __init__(self, weighed: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.params = tuple(words.segment(text[:INDEXED_CHARACTERS]) for text, _weight in weighed)
        self.sql = " || ".join(WEIGHED.format(weight) for _text, weight in weighed)

    def resolve_expression(self, *_args: Any, **_kwargs: Any) -> "Vector":
        return self

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str, ...]]:
        return self.sql, self.params


def vector(*parts: str | tuple[str, str]) -> Vector:
    """What to store in a ``SearchVectorField`` for these texts; a pair is (text, weight A to D), alone it weighs D."""
    return Vector([(part, "D") if isinstance(part, str) else part for part in parts] or [("", "D")])


def match(queryset: QuerySet[Rows], text: str, *, field: str = "search", any_word: bool = False) -> QuerySet[Rows]:
    """The rows that hold every word of `text`; all rows when nothing was typed, none when only signs were.

    :param any_word: rows that hold at least one word, to be ranked.
    """
    if not words.clean(text):
        return queryset
    asked = words.tsquery(text, any_word=any_word)
    return by_index(queryset, asked, field=field) if asked else queryset.none()


def by_index(queryset: QuerySet[Rows], asked: str, *, field: str = "search") -> QuerySet[Rows]:
    """The rows of :func:`match` for what :func:`portal.words.tsquery` makes of a text: one value, so that the question
    can be kept.
    """
    return queryset.filter(**{field: _query(asked)})


def looked_at(queryset: QuerySet[Rows], text: str, *, field: str = "search") -> QuerySet[Rows]:
    """The rows of :func:`match` by looking at each, for a few rows that come in an order of their own: the index would
    fetch every row of the table that holds a common word.
    """
    if not words.clean(text):
        return queryset
    asked = words.tsquery(text)
    return by_looking(queryset, asked, field=field) if asked else queryset.none()


def by_looking(queryset: QuerySet[Rows], asked: str, *, field: str = "search") -> QuerySet[Rows]:
    """The same for what :func:`portal.words.tsquery` makes of a text."""
    return queryset.filter(Holds(F(field), _query(asked)))


class Holds(Func):
    """``vector @@ query`` as a function: no index knows it."""

    function = "ts_match_vq"
    output_field = BooleanField()


def ranked(queryset: QuerySet[Rows], text: str, *, field: str = "search", any_word: bool = False) -> QuerySet[Rows]:
    """Best match first, in the attribute ``rank``; the newest of equals first. Rank a filtered list, never a table."""
    asked = words.tsquery(text, any_word=any_word)
    if not asked:
        return queryset
    best_first = SearchRank(F(field), _query(asked))
    return cast("QuerySet[Rows]", queryset.annotate(rank=best_first).order_by("-rank", "-pk"))


def _query(asked: str) -> SearchQuery:
    return SearchQuery(asked, config=CONFIG, search_type="raw")
