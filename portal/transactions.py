"""All of a step or nothing of it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
T = TypeVar("T")


def as_one(step: Callable[P, T]) -> Callable[P, T]:
    """In one transaction, as ``transaction.atomic`` does it, but with one savepoint for a step and all the steps it is
    made of: what breaks within undoes the outermost, so those inside need none of their own.

    Whoever goes on after the refusal of a step inside says ``with transaction.atomic()`` around it; without it Django
    refuses to go on.
    """

    @wraps(step)
    def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        link = transaction.get_connection()
        within = getattr(link, "within_a_step", False)
        link.within_a_step = True
        try:
            with transaction.atomic(savepoint=not within):
                return step(*args, **kwargs)
        finally:
            link.within_a_step = within

    return whole
