"""The database and the broker: those named in the environment, else embedded ones."""

import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from . import places, postgres, valkey
from .children import Crew
from .saying import Refusal, Teller

SPACE_IN_MEMORY_BYTES = 2_000_000_000
DEFAULT_PORTS = {"postgres": 5432, "postgresql": 5432, "redis": 6379, "rediss": 6379}


@dataclass(frozen=True)
class Servers:
    """Their addresses, as the environment names them; of an embedded database the folder, and whether it is new."""

    addresses: dict[str, str]
    folder: Path | None = None
    fresh: bool = False

    @property
    def embedded(self) -> bool:
        return self.folder is not None


def up(
    base: Path, sockets: Path, crew: Crew, environment: Mapping[str, str], teller: Teller, *, lasting: bool = True
) -> Servers:
    """Start what is not named; `base` keeps the data."""
    database, broker = environment.get("DATABASE_URL", ""), environment.get("REDIS_URL", "")
    folder, fresh = None, False
    if database:
        reach("DATABASE_URL", database, teller)
    else:
        cluster = postgres.plan(base, sockets, crew.logs, environment, lasting=lasting)
        folder, fresh = cluster.data.parent, not cluster.data.exists()
        postgres.start(cluster, crew, teller)
        database = cluster.url
    if broker:
        reach("REDIS_URL", broker, teller)
    else:
        broker = valkey.start(base, sockets, crew, environment, teller, lasting=lasting)
    return Servers({"DATABASE_URL": database, "REDIS_URL": broker}, folder, fresh)


def reach(variable: str, url: str, teller: Teller) -> None:
    """Somebody listens there; a sentence now rather than a traceback later. Sockets are left to the drivers.

    :raises Refusal: when nobody does.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise Refusal(f"{variable} cannot be read: {error}.") from error
    where = f"{host}:{port}"
    if host and port and "%" not in host:
        with teller.step(f"{variable} names a server at {where}"):
            try:
                socket.create_connection((host, port), timeout=3.0).close()
            except OSError as error:
                raise Refusal(f"{variable} names {where}, but nobody answers there ({error}).") from error


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """A private folder for one run of the tests, in memory where there is room; removed afterwards."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > SPACE_IN_MEMORY_BYTES
    folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir=memory if roomy else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throw_away(crew: Crew, folder: Path, environment: Mapping[str, str], teller: Teller) -> Iterator[Servers]:
    """Servers for one run of the tests, durability off; stopped afterwards."""
    sockets = folder / "s"
    sockets.mkdir(mode=0o700)
    outside = None
    found = Servers({})
    if len(str(sockets)) + places.LONGEST_SOCKET_NAME > places.SOCKET_PATH_LIMIT:
        sockets = outside = Path(tempfile.mkdtemp(prefix="portal-", dir="/tmp"))
    try:
        found = up(folder / "data", sockets, crew, environment, teller, lasting=False)
        yield found
    finally:
        crew.stop()
        for scratch in (outside, found.folder):
            if scratch is not None:
                shutil.rmtree(scratch, ignore_errors=True)
