"""Where places lie in the tree of regions, by their codes alone."""

from collections.abc import Iterable

from portal.reference.models import code_prefix

COUNTY, PREFECTURE, PROVINCE = 6, 4, 2


def covers(outer: str, inner: str) -> bool:
    """Whether ``inner`` is ``outer`` or lies in it."""
    return inner.startswith(code_prefix(outer))


def any_covers(outers: Iterable[str], inner: str) -> bool:
    return any(covers(outer, inner) for outer in outers)


def may_cover(outers: Iterable[str], inner: str) -> bool:
    """Whether one of ``outers`` lies in ``inner``: a firm known only by its city may be in the county served."""
    return any(covers(inner, outer) for outer in outers)


def nearness(here: str, there: str) -> float | None:
    """1 in the same county, 0.8 in the same city, 0.5 in the same province, else 0.2; None where a place is unknown."""
    if not here or not there:
        return None
    ours, theirs = code_prefix(here)[:COUNTY], code_prefix(there)[:COUNTY]
    if ours == theirs and len(ours) > PROVINCE:
        return 1.0
    if min(len(ours), len(theirs)) > PROVINCE and ours[:PREFECTURE] == theirs[:PREFECTURE]:
        return 0.8
    return 0.5 if ours[:PROVINCE] == theirs[:PROVINCE] else 0.2
