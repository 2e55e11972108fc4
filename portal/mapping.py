"""From an exception that nobody caught to what is said about it, or to nothing when it is our own mistake."""

import logging

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _

from portal.refusals import CONSTRAINTS, BadInput, Conflict, Forbidden, Missing, Refusal, TooBig, Unavailable

log = logging.getLogger(__name__)

DATA = ("22", "54")
"""Impossible values, and values beyond what an index or a search vector can hold."""

UNIQUE, EXCLUDED = "23505", "23P01"
BUSY = frozenset({"55P03", "57014", "40P01", "40001", "53300", "57P01", "57P02", "57P03", "25P03"})
"""Lock or statement timeout, deadlock, too many connections, a server that stops or starts, a transaction left idle."""

UNREADABLE = _(
    "Some characters in what you sent cannot be read. Please type the text again, or paste it as plain text."
)
UNFIT = _("Something in what you sent is too long or has an impossible value.")
TAKEN = _("This exists already. Please look at what is there before you send it again.")


def refusal_for(error: BaseException | None) -> Refusal | None:
    """What to tell about `error`; None means 500."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, DatabaseError | InterfaceError):
        return _of_database(error)
    if isinstance(error, Http404):
        return Missing()
    if isinstance(error, PermissionDenied):
        return Forbidden()
    return _of_input(error)


def _of_input(error: BaseException | None) -> Refusal | None:
    if isinstance(error, RequestDataTooBig):
        return TooBig()
    if isinstance(error, ValidationError):
        return BadInput(" ".join(error.messages))
    if isinstance(error, UnicodeError):
        return BadInput(UNREADABLE)
    if isinstance(error, SuspiciousOperation | BadRequest | MultiPartParserError | UnreadablePostError):
        return BadInput()
    return None


def _of_database(error: DatabaseError | InterfaceError) -> Refusal | None:
    state = getattr(error.__cause__, "pgcode", None) or ""
    if isinstance(error, DataError) or state.startswith(DATA):
        log.error("The database refused a value (%s): a field check is missing", state, exc_info=error)
        return BadInput(UNFIT)
    if isinstance(error, IntegrityError):
        return _of_constraint(error, state)
    if state in BUSY or (not state and isinstance(error, OperationalError | InterfaceError)):
        log.warning("The database was busy or away (%s): %s", state or "no connection", error)
        return Unavailable()
    return None


def _of_constraint(error: IntegrityError, state: str) -> Refusal | None:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name in CONSTRAINTS:
        kind, detail = CONSTRAINTS[name]
        return kind(detail)
    if state in (UNIQUE, EXCLUDED):
        log.error("The constraint %s has no words: register them with refusals.constraint", name, exc_info=error)
        return Conflict(TAKEN)
    return None
