"""Who somebody is: by user name, phone or e-mail and a password. Every password that is checked is counted here."""

from datetime import datetime, timedelta

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts import limits, sessions
from portal.accounts.models import User
from portal.accounts.names import possible_logins

ACCOUNT, NETWORK = "sign_in", "sign_in_network"
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=30)
MOST_FAILURES = 5
MOST_OF_NETWORK = 100


class RoleBackend(BaseBackend):
    """What somebody may do is in the role table (``User.has_perm``), not in the database."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> User | None:
        """The user, or None. Known and unknown names take the same time and are counted alike.

        :raises TooMany: five failures in 15 minutes lock the account for 30, however the name is written.
        """
        if not username or password is None:
            return None
        user = find(username)
        key = count(user, username, network=limits.network(request), now=timezone.now())
        if user is None:
            make_password(password)
            return None
        if not user.check_password(password) or not user.is_active:
            return None
        limits.clear(ACCOUNT, key)
        return user

    def get_user(self, user_id: int) -> User | None:
        user = sessions.owner(user_id) or User.objects.filter(pk=user_id).first()
        return user if user and user.is_active else None


def find(login: str) -> User | None:
    """Whose name, phone or mail address this is; a user name as it was typed comes first."""
    name, contact = possible_logins(login)
    wanted = Q(username__in={name, name.lower()})
    if contact:
        wanted |= Q(phone=contact) | Q(lower_email=contact)
    found = list(User.objects.alias(lower_email=Lower("email")).filter(wanted)[:4])
    return min(found, key=lambda user: (user.username != name, user.pk), default=None)


def count(user: User | None, login: str, *, network: str, now: datetime) -> str:
    """Count a try before it is evaluated, by network and by account; the key of the account's counter."""
    limits.hit(NETWORK, network, limit=MOST_OF_NETWORK, window=WINDOW, now=now)
    key = f"user:{user.pk}" if user else f"name:{login_key(login)}"
    limits.hit(ACCOUNT, key, limit=MOST_FAILURES, window=WINDOW, lock=LOCK, now=now)
    return key


def login_key(login: str) -> str:
    name, contact = possible_logins(login)
    return contact or name.lower()
