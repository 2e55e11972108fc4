"""The addresses in the environment, read once for Django, its cache and Celery.

Accepted forms (a folder or a socket is percent-encoded where it stands for a host):

* ``DATABASE_URL``: ``postgres://user:password@host:port/name``, ``postgres://user@%2Frun%2Fpg/name`` and
  ``postgres:///name?host=%2Frun%2Fpg&user=portal``; further parameters (``sslmode`` …) go to the driver as they are.
* ``REPLICA_URL``: the same forms; public pages are read there (``portal.replica``).
* ``REDIS_URL``: ``redis://``, ``rediss://`` and ``unix:///run/redis.sock?db=0``.
* ``BROKER_URL``: where the broker is another server than the cache: the forms of ``REDIS_URL``, or ``amqp://`` and
  ``amqps://`` for RabbitMQ.
"""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

POSTGRES_SCHEMES = ("postgres", "postgresql")
REDIS_SCHEMES = ("redis", "rediss")
AMQP_SCHEMES = ("amqp", "amqps")

NO_JIT = "-c jit=off"  # compiling a long query takes ten times as long as running it
READ_ONLY = "-c default_transaction_read_only=on"
LOCK_SECONDS = 3
IDLE_IN_TRANSACTION_SECONDS = 30
CONNECT_SECONDS = 3
CONNECTION_AGE_SECONDS = 600

# Broker and cache may share one embedded server, never one numbered database: clearing the cache empties its own.
CACHE_DISTANCE = 8
NUMBERED_DATABASES = 16


class BadAddress(ValueError):
    """An address in the environment that cannot be read; the message says which form is expected."""


def database(url: str, *, statement_seconds: int = 10) -> dict[str, Any]:
    """Settings for ``DATABASES``; limits and keepalives as in the reliability contract.

    :param statement_seconds: 10 for the web, 300 for workers and management commands.
    :raises BadAddress: for another scheme, a missing name or a port that is no number.
    """
    parts = urlsplit(url)
    if parts.scheme not in POSTGRES_SCHEMES:
        raise BadAddress("DATABASE_URL must look like postgres://user:password@host:port/name")
    query = dict(parse_qsl(parts.query))
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise BadAddress("DATABASE_URL names no database: postgres://user:password@host:port/name")
    return {
        "ENGINE": "portal.postgresql",
        "NAME": name,
        "USER": query.pop("user", "") or _user(parts),
        "PASSWORD": query.pop("password", "") or unquote(parts.password or ""),
        "HOST": query.pop("host", "") or _host(parts),
        "PORT": query.pop("port", "") or _port(parts),
        "CONN_MAX_AGE": CONNECTION_AGE_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {**_options(statement_seconds), **query},
    }


def replica(url: str, *, statement_seconds: int = 10) -> dict[str, Any]:
    """Settings for a copy that is only read: it refuses writes by itself, and a page there needs no transaction."""
    found = database(url, statement_seconds=statement_seconds)
    found["OPTIONS"]["options"] += f" {READ_ONLY}"
    return {**found, "ATOMIC_REQUESTS": False, "TEST": {"MIRROR": "default"}}


def broker_url(url: str) -> str:
    """The same server in Celery's words: a socket is ``redis+socket:///path?virtual_host=0``."""
    parts = urlsplit(url)
    if parts.scheme in (*REDIS_SCHEMES, *AMQP_SCHEMES):
        return url
    query = {"virtual_host": str(_numbered(parts))}
    return f"redis+socket://{_credentials(parts)}{_socket(parts)}?{urlencode(query)}"


def cache_url(url: str, own: str = "") -> str:
    """The cache's address: `own` when it has a server to itself, else another numbered database of the broker's."""
    if own:
        _numbered(urlsplit(own))
        return own
    return further(url, CACHE_DISTANCE)


def further(url: str, distance: int) -> str:
    """The same server's numbered database so many further."""
    parts = urlsplit(url)
    number = (_numbered(parts) + distance) % NUMBERED_DATABASES
    if parts.scheme in REDIS_SCHEMES:
        return parts._replace(path=f"/{number}").geturl()
    return f"unix://{_credentials(parts)}{_socket(parts)}?db={number}"


def _options(statement_seconds: int) -> dict[str, Any]:
    limits = {
        "statement_timeout": statement_seconds,
        "lock_timeout": LOCK_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_SECONDS,
    }
    return {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives": 1,
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "options": " ".join([*(f"-c {limit}={seconds}s" for limit, seconds in limits.items()), NO_JIT]),
    }


def _user(parts: SplitResult) -> str:
    return unquote(parts.username or "")


def _host(parts: SplitResult) -> str:
    """A folder keeps its capitals, which ``hostname`` would lower."""
    written = parts.netloc.rpartition("@")[2]
    if "%" not in written:
        return parts.hostname or ""
    return unquote(written.rpartition(":")[0] if _port(parts) else written)


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError as error:
        raise BadAddress("the port in DATABASE_URL is no number between 0 and 65535") from error


def _numbered(parts: SplitResult) -> int:
    if parts.scheme in REDIS_SCHEMES:
        number = parts.path.removeprefix("/") or "0"
    elif parts.scheme == "unix":
        number = dict(parse_qsl(parts.query)).get("db", "0")
    else:
        raise BadAddress("REDIS_URL must look like redis://host:6379/0 or unix:///run/redis.sock?db=0")
    if not number.isdecimal():
        raise BadAddress(f"REDIS_URL names its database by a number, not by {number!r}")
    return int(number)


def _socket(parts: SplitResult) -> str:
    """The path as it was written; Celery wants it without percent signs, redis-py reads both."""
    return unquote(parts.path)


def _credentials(parts: SplitResult) -> str:
    if not parts.password:
        return ""
    return f"{quote(_user(parts), safe='')}:{quote(unquote(parts.password), safe='')}@"
