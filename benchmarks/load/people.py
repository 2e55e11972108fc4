"""Who sends the requests: accounts made for one run, signed in once, each with a session and a token."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection

from enterprises.models import Membership
from experts.models import InstitutionMembership
from portal.accounts.models import ApiToken, Session, User, digest
from portal.accounts.roles import Role
from portal.accounts.sessions import SEEN, STARTED, SessionStore
from services.stations.models import Assignment, Station, online_station

TOKEN = "benchmark"  # noqa: S105 - a name, not a secret
SAMPLED = """
SELECT DISTINCT enterprise_id FROM (
    SELECT enterprise_id FROM cases_case AS one TABLESAMPLE SYSTEM (%s)
    WHERE enterprise_id IS NOT NULL AND EXISTS (SELECT FROM cases_need WHERE case_id = one.id) LIMIT 2000
) AS seen LIMIT %s
"""


@dataclass(frozen=True)
class Person:
    """Somebody with the secrets that let them in; ``place`` is their enterprise, station or institution."""

    user: int
    place: int
    session: str
    token: str

    @property
    def cookie(self) -> dict[str, str]:
        """As the portal and the bare view call it; with that against forged forms, which signing in leaves too."""
        names = (settings.SESSION_COOKIE_NAME, "bare-session", settings.CSRF_COOKIE_NAME)
        return {"Cookie": "; ".join(f"{name}={self.session}" for name in names)}

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"}


def desk(number: int, *, now: datetime) -> list[Person]:
    """Specialists of the station where cases from the web arrive, who see everything below it."""
    return _assigned(Role.SPECIALIST, [online_station().pk], number, now=now)


def nation(number: int, *, now: datetime) -> list[Person]:
    """Auditors who see the cases of every station."""
    roots = list(Station.objects.filter(parent=None).values_list("pk", flat=True))
    return _assigned(Role.AUDITOR, roots, number, now=now)


def firms(number: int, *, now: datetime) -> list[Person]:
    """One person for each of so many enterprises that have triaged cases; nobody of them has sent one today."""
    found = _enterprises(number)
    places = [found[at % len(found)] for at in range(number)]
    people = _people(Role.ENTERPRISE, places, now=now)
    Membership.objects.bulk_create(
        Membership(user_id=one.user, enterprise_id=one.place, role="member", state="active") for one in people
    )
    return people


def providers(institutions: Sequence[int], *, now: datetime) -> dict[int, Person]:
    """One person for each institution, by the institution's key."""
    people = _people(Role.PROVIDER, institutions, now=now)
    InstitutionMembership.objects.bulk_create(
        InstitutionMembership(user_id=one.user, institution_id=one.place) for one in people
    )
    return {one.place: one for one in people}


def _enterprises(number: int) -> list[int]:
    """Sampled through their cases, so those that come often are likelier; a small table is read whole."""
    with connection.cursor() as cursor:
        for percent in (1, 100):
            cursor.execute(SAMPLED, [percent, number])
            found = [pk for (pk,) in cursor.fetchall()]
            if len(found) == number:
                break
    return found


def _assigned(role: Role, stations: Sequence[int], number: int, *, now: datetime) -> list[Person]:
    """The same in each run: colleagues are listed on pages, and would be more each time."""
    names = [f"bench-{role.value}-{at}" for at in range(number)]
    User.objects.bulk_create([_user(role, name) for name in names], ignore_conflicts=True)
    users = list(User.objects.filter(username__in=names).order_by("pk"))
    Assignment.objects.bulk_create(
        [Assignment(user=user, station_id=station) for user in users for station in stations], ignore_conflicts=True
    )
    return _let_in(users, [stations[0]] * number, now=now)


def _people(role: Role, places: Sequence[int], *, now: datetime) -> list[Person]:
    mark = secrets.token_hex(4)
    users = User.objects.bulk_create(_user(role, f"bench-{mark}-{at}") for at in range(len(places)))
    return _let_in(users, places, now=now)


def _user(role: Role, name: str) -> User:
    """Nobody can sign in by a password."""
    mail = f"{name}@example.com"
    return User(username=name, name="Bench", email=mail, role=role, password=UNUSABLE_PASSWORD_PREFIX)


def _let_in(users: Sequence[User], places: Sequence[int], *, now: datetime) -> list[Person]:
    """A fresh session, as the portal makes them, and a fresh token for each."""
    tokens = [secrets.token_urlsafe(32) for _user in users]
    ApiToken.objects.bulk_create(
        ApiToken(user=user, name=TOKEN, digest=digest(token), role=user.role)
        for user, token in zip(users, tokens, strict=True)
    )
    sessions = [_session(user, now) for user in users]
    Session.objects.bulk_create(sessions)
    return [
        Person(user.pk, place, row.session_key, token)
        for user, place, row, token in zip(users, places, sessions, tokens, strict=True)
    ]


def _session(user: User, now: datetime) -> Session:
    stamp = int(now.timestamp())
    store = SessionStore()
    store._session_key = store._get_new_session_key()  # type: ignore[attr-defined]
    return store.create_model_instance(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            STARTED: stamp,
            SEEN: stamp,
        }
    )
