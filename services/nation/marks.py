"""Whether a database may be filled, and the note on it that it was."""

import re

from django.db import connection

from enterprises.models import Enterprise
from experts.models import Institution
from portal.accounts.models import User
from services.boards.labs.models import Booking
from services.cases.models import Case

READ = "SELECT coalesce(obj_description('cases_case'::regclass), '')"
NOTE = "COMMENT ON TABLE cases_case IS %s"
WORKED_WITH = (Case, Enterprise, Institution, User, Booking)
"""Where these have rows that :data:`MARK` does not explain, somebody works with the database."""
MARK = re.compile(r"^load_nation (filling|filled) ")


class Refused(Exception):
    """The database is not one to be filled."""


def check() -> None:
    """:raises Refused: it holds real data, or was filled before, wholly or in part."""
    held = comment()
    if MARK.match(held):
        raise Refused(f"This database was made before ({held}). Create an empty one for another nation.")
    for model in WORKED_WITH:
        if model._default_manager.exists():
            raise Refused(
                f"{model._meta.label} has rows that load_nation did not make. It fills only its own database."
            )


def comment() -> str:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        (held,) = cursor.fetchone()
    return str(held)


def put(state: str, plan: str) -> None:
    """:param state: ``filling`` or ``filled``."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [f"load_nation {state} {plan}"])
