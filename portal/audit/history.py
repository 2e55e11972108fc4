"""Row history by database triggers: every insert, update and delete of a tracked model leaves a row that nobody can
change.
"""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def tracked(*, exclude: tuple[str, ...] = ()) -> Callable[[M], M]:
    """Class decorator that keeps the history of ``Model`` in ``ModelHistory``.

    The name is given because pghistory's own default for ``Case`` would be ``CaseEvent``, our timeline. Leave out
    search vectors,
    counters and all personal fields: append-only rows cannot be erased.
    """

    def decorate(model: M) -> M:
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            model_name=f"{model.__name__}History",
            obj_field=pghistory.ObjForeignKey(related_name="history"),
            exclude=list(exclude) or None,
            context_field=pghistory.ContextJSONField(),
            append_only=True,
        )(model)

    return decorate
