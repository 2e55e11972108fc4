"""Sessions in PostgreSQL that know whose they are, so that people can list and end their own. This is the session
engine.

In a session: when it was ``started``, when its owner was last ``seen`` (written once a minute), from which ``address``
and with which ``agent`` it was opened, and ``by_code_at`` when a one-time code opened it. After a session ran out the
next, anonymous one says ``ended``, for the sign-in page to explain.
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.limits import address
from portal.accounts.models import Session, User
from portal.kept import kept

STARTED, SEEN, BY_CODE, ENDED = "started", "seen", "by_code_at", "ended"
LONGEST_AGENT = 300
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
FRESH_CODE = timedelta(minutes=15)


@kept
def _alive(*, key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.alive(now).filter(session_key=key)


_owner: ContextVar[User | None] = ContextVar("owner", default=None)


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """The data. Whose it is came by the same statement and waits for ``owner``."""
        rows: list[Session] = _alive(key=self.session_key, now=timezone.now())
        _owner.set(rows[0].user if rows else None)
        if rows:
            return self.decode(rows[0].session_data)
        self._session_key = None
        return {}

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        if SESSION_KEY in data:
            data.setdefault(STARTED, int(timezone.now().timestamp()))
            data.setdefault(SEEN, data[STARTED])
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row


def owner(pk: int) -> User | None:
    """The person who was read with the session a moment ago, once; None when that was somebody else or nobody."""
    found = _owner.get()
    _owner.set(None)
    return found if found and found.pk == pk else None


def begin(request: HttpRequest, user: User, *, now: datetime, by_code: bool = False) -> None:
    """Sign `user` in under a fresh session key. Everybody who lets people in does it by this."""
    request.session.pop(ENDED, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    stamp = int(now.timestamp())
    request.session[STARTED] = request.session[SEEN] = stamp
    request.session["address"] = address(request)
    request.session["agent"] = request.headers.get("User-Agent", "")[:LONGEST_AGENT]
    request.session.pop(BY_CODE, None)
    if by_code:
        request.session[BY_CODE] = stamp


def idle_seconds(user: User) -> int:
    """How long somebody may do nothing; those who see other people's data less long."""
    who = "staff" if user.works_here or user.is_staff else "others"
    return settings.SESSION_IDLE_MINUTES[who] * 60


def over(session: SessionBase | Mapping[str, Any], user: User, *, now: datetime) -> bool:
    """Whether the session has been idle too long or is too old; one without dates is."""
    stamp = int(now.timestamp())
    started, seen = session.get(STARTED), session.get(SEEN)
    if started is None or seen is None:
        return True
    return stamp - seen > idle_seconds(user) or stamp - started > settings.SESSION_COOKIE_AGE


def proved_by_code(session: SessionBase, *, now: datetime) -> bool:
    """Whether a one-time code opened this session a moment ago: enough to set a password without the old one."""
    stamp = session.get(BY_CODE)
    return stamp is not None and int(now.timestamp()) - stamp <= FRESH_CODE.total_seconds()


@dataclass(frozen=True)
class Place:
    """A session as its owner sees it."""

    handle: str
    browser: str
    address: str
    seen_at: datetime
    here: bool


def places(rows: Iterable[Session], user: User, *, present: str | None, now: datetime) -> list[Place]:
    """Those that still live; one that ran out waits in the table until it is cleared away."""
    decoded = [(row, row.get_decoded()) for row in rows]
    return [_place(row, data, present) for row, data in decoded if not over(data, user, now=now)]


def _place(row: Session, data: Mapping[str, Any], present: str | None) -> Place:
    seen = datetime.fromtimestamp(data[SEEN], UTC)
    return Place(row.handle, browser(data.get("agent", "")), data.get("address", ""), seen, row.session_key == present)


def browser(agent: str) -> str:
    """Browser and system in two words; the text itself is a puzzle for most people."""
    return " · ".join(name for table in (BROWSERS, SYSTEMS) if (name := _first(table, agent)))


def _first(table: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for sign, name in table if sign in agent), "")
