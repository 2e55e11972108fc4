"""What is measured, as it runs in production: gunicorn with the launcher's options, worker and beat, a mail server that
sends nothing; and the bare Django under the same options. Database and broker are there already.
"""

import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load.driver import Caller
from portal.env import further
from scripts.launcher import running, surroundings
from scripts.launcher.children import Crew
from scripts.launcher.places import ROOT, VAR, Address
from scripts.launcher.saying import Teller

PORTAL, BARE = "portal.wsgi:application", "benchmarks.limits.wsgi:application"
LIMITS = "benchmarks.limits.settings"
HTTPS = {"X-Forwarded-Proto": "https"}
UP_WITHIN_SECONDS = 60.0
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Stack:
    """The ports of the two web servers, and the launcher's processes by name."""

    web: int
    bare: int
    crew: Crew

    def memory(self, name: str = "web") -> list[float]:
        """MB of each worker process of a web server, as the kernel counts what is resident."""
        return [resident_mb(pid) for pid in self.workers(name)]

    def own_memory(self, name: str = "web") -> list[float]:
        """MB of each that no other process shares: what one more worker process costs."""
        return [own_mb(pid) for pid in self.workers(name)]

    def workers(self, name: str) -> list[int]:
        """The worker processes of a web server."""
        return children_of(next(child.process.pid for child in self.crew.children if child.name == name))


def environment(outer: Mapping[str, str], *, database: str, port: int, place: int = 0) -> dict[str, str]:
    """Production behind a proxy that speaks TLS; only hosts, addresses and secrets are the benchmark's own.

    :param place: among those that run beside each other; each has a broker and a cache to itself.
    """
    address = Address(HOST, port)
    base = {**outer, "PORTAL_SITE_URL": f"https://{address.bind}", "PORTAL_BEHIND_PROXY": "1"}
    servers = {"DATABASE_URL": database, "REDIS_URL": further(outer["REDIS_URL"], place)}
    made = surroundings.django(
        base,
        servers,
        var=Path(outer.get("PORTAL_VAR", VAR)),
        address=address,
        kind="production",
        secret=outer["PORTAL_SECRET_KEY"],
    )
    made.pop("PORTAL_STATEMENT_SECONDS", None)
    return made


@contextmanager
def up(database: str, place: int = 0) -> Iterator[Stack]:
    """Everything on one database, until the end."""
    logs = Path(os.environ.get("PORTAL_VAR", VAR)) / "log" / f"bench-{place}"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        crew = Crew(logs, Teller(sys.stderr))
        web, bare = free_port(), free_port()
        try:
            mail = start_mail(crew, Path(folder) / "mail")
            ours = {**environment(os.environ, database=database, port=web, place=place), **mail}
            crew.start("worker", running.worker(), surroundings.worker(ours))
            crew.start("beat", running.beat(Path(folder) / "beat"), surroundings.worker(ours))
            crew.start("web", running.gunicorn(Address(HOST, web)), ours)
            theirs = {
                **environment(os.environ, database=database, port=bare, place=place),
                "DJANGO_SETTINGS_MODULE": LIMITS,
            }
            crew.start("bare", bare_command(Address(HOST, bare)), theirs)
            for port in (web, bare):
                wait(crew, port)
            yield Stack(web, bare, crew)
        finally:
            crew.stop()


def bare_command(address: Address) -> list[str | Path]:
    """The launcher's, with the other application."""
    return [BARE if part == PORTAL else part for part in running.gunicorn(address)]


def start_mail(crew: Crew, folder: Path) -> dict[str, str]:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        command: list[str | Path] = [sys.executable, ROOT / "scripts" / "mail_sink.py", str(listener.fileno()), folder]
        crew.start("mail", command, os.environ, handed=(listener.fileno(),))
        return {"PORTAL_SMTP_HOST": HOST, "PORTAL_SMTP_PORT": str(listener.getsockname()[1])}


def wait(crew: Crew, port: int) -> None:
    """Until somebody answers, whatever they say."""
    deadline = time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < deadline:
        crew.check()
        try:
            Caller(port, HTTPS).ask("GET", "/nowhere/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"Nobody answers on port {port}.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [int(one) for one in text.split()]


def resident_mb(pid: int) -> float:
    return _mb(Path(f"/proc/{pid}/status"), "VmRSS:")


def own_mb(pid: int) -> float:
    return _mb(Path(f"/proc/{pid}/smaps_rollup"), "Private_")


def _mb(path: Path, name: str) -> float:
    """The lines that begin with the name, added up."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
