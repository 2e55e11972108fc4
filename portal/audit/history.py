"""Row history by database triggers: every insert, update and delete of a tracked model leaves a row that nobody can
change.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

SAYS_WHO = "SELECT set_config('pghistory.context_id', "
"""So begins what pghistory puts before each statement that writes: who acts, for the triggers."""
OWN = ("pghistory__context_id", "pghistory__context_metadata")
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


class SaidOnceMiddleware:
    """Stands after pghistory's. Who acts is said to the database once for each transaction, not with each statement:
    it holds until the end.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with connection.execute_wrapper(SaidOnce()):
            return self.get_response(request)


class SaidOnce:
    """Leaves out who acts where the transaction knows it already. It knows nothing at its beginning, and forgets what
    it was told after a savepoint when that is gone back to.
    """

    def __init__(self) -> None:
        self.known: tuple[Any, ...] | None = None

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if context["cursor"].connection.get_transaction_status() == TRANSACTION_STATUS_IDLE:
            self.known = None
        if isinstance(sql, str):
            if sql.startswith(SAYS_WHO) and not many:
                sql, params = self._without(sql, params)
            if "ROLLBACK TO" in sql:
                self.known = None
        return execute(sql, params, many, context)

    def _without(self, sql: str, params: Any) -> tuple[str, Any]:
        """The statement as it was, if what stands before it is known."""
        who = tuple(params[name] for name in OWN) if isinstance(params, dict) else tuple(params[: len(OWN)])
        if who != self.known:
            self.known = who
            return sql, params
        plain = sql.partition("; ")[2]
        if isinstance(params, dict):
            return plain, {name: value for name, value in params.items() if name not in OWN}
        return plain, params[len(OWN) :]
