"""The whole of `run`, as a newcomer meets it: a copy of the checkout, servers of its own, real processes."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from portal import env
from scripts.launcher import children, places
from tests import databases

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "node_modules", "var", "tests", "docs", "__pycache__", ".*_cache")
ROLES = {
    "enterprise",
    "rival",
    "applicant",
    "specialist",
    "team_lead",
    "centre_lead",
    "caller",
    "appeals_officer",
    "curator",
    "provider",
    "expert",
    "auditor",
    "administrator",
}
STRUCTURE = """
SELECT 'column', format('%s.%s %s %s', table_name, column_name, data_type, is_nullable)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', format('%s %s %s', conrelid::regclass, conname, contype)
FROM pg_constraint WHERE conrelid > 0 AND contype <> 'n' AND connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', format('%s %s %s', tgrelid::regclass, tgname, md5(prosrc))
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal
"""
pytestmark = pytest.mark.xdist_group("launcher")


def clean() -> dict[str, str]:
    """Without the servers and settings of the tests themselves."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


class Run:
    """One `launch.py run` in a folder, and what it has said so far."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {**clean(), "PORTAL_PORT": str(port)}
        self.process = self.launch("run")
        self.said: list[str] = []

    def launch(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, str(self.folder / "scripts" / "launch.py"), *words]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def until_ready(self) -> "Run":
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith("Ctrl-C stops"):
                return self
        raise AssertionError("\n".join(self.said))

    def record(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "var" / "run.json").read_text(encoding="utf-8")))

    def pids(self) -> dict[str, int]:
        return {child["name"]: child["pid"] for child in self.record()["children"]}

    def end(self) -> tuple[int, list[str]]:
        """Returns the code and what was said after the address."""
        rest, _ = self.process.communicate(timeout=90)
        return self.process.returncode, rest.splitlines()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("checkout") / "portal"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    for name in (".venv", "node_modules"):
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    yield folder
    shutil.rmtree(Path("/tmp") / f"portal-{places.fingerprint(folder)}", ignore_errors=True)


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run(checkout: Path, port: int) -> Iterator[Run]:
    started = Run(checkout, port)
    yield started
    if started.process.poll() is None:
        started.process.terminate()
    started.process.communicate(timeout=90)


def structure(**database: str) -> set[tuple[str, str]]:
    """What migrations make, but for the board that only the tests have."""
    with closing(psycopg2.connect(**database)) as connection, connection.cursor() as cursor:
        cursor.execute(STRUCTURE)
        return {row for row in cursor.fetchall() if not re.search(r"\b(public\.)?energy_", row[1])}


def all_gone(pids: dict[str, int]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if not any(children.birth(pid) and not children.is_zombie(pid) for pid in pids.values()):
            return True
        time.sleep(0.05)
    return False


def test_a_newcomer_gets_an_address_that_answers_and_accounts_once(run: Run) -> None:
    run.until_ready()
    with urllib.request.urlopen(f"{run.url}/healthz", timeout=5) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"{run.url}/", timeout=5) as answer:
        assert answer.status == 200
    path = run.folder / "var" / "demo-accounts.json"
    accounts = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(accounts) == ROLES
    said = "\n".join(run.said)
    assert f"The portal answers at {run.url}" in said
    assert all(account["password"] in said for account in accounts.values())
    logs = [log.read_text(encoding="utf-8", errors="replace") for log in (run.folder / "var" / "log").glob("*.log")]
    assert not [account for account in accounts.values() for log in logs if account["password"] in log]

    second = run.launch("run")
    assert (second.communicate(timeout=30)[0], second.returncode) == (
        "The portal is already running from this folder.\n",
        3,
    )

    pids = run.pids()
    run.process.send_signal(signal.SIGINT)
    code, said_last = run.end()
    assert code == 0
    assert [line.partition("] ")[2].split(" ")[0] for line in said_last if "stopped" in line] == [
        "web",
        "beat",
        "worker",
        "valkey",
        "postgres",
        "mail",
    ]
    assert all("code 0" in line for line in said_last if "stopped" in line)
    assert all_gone(pids)


def test_a_later_start_keeps_the_accounts_and_one_after_a_kill_clears_up_and_notices_a_crash(
    checkout: Path, port: int, run: Run
) -> None:
    run.until_ready()
    said = "\n".join(run.said)
    assert "The demonstration accounts are in var/demo-accounts.json." in said
    assert "Database, demonstration centre and static files are in place" in said
    accounts = json.loads((run.folder / "var" / "demo-accounts.json").read_text(encoding="utf-8"))
    assert not [account for account in accounts.values() if account["password"] in said]

    theirs = env.database(run.record()["servers"]["DATABASE_URL"])
    where = {"host": theirs["HOST"], "user": theirs["USER"], "dbname": theirs["NAME"]}
    assert structure(**where) ^ structure(**databases.server(), dbname=databases.tables()) == set()

    pids = run.pids()
    run.process.kill()
    run.process.communicate(timeout=30)
    again = Run(checkout, port).until_ready()
    assert all_gone(pids)

    pids = again.pids()
    os.kill(pids["worker"], signal.SIGKILL)
    code, said_last = again.end()
    assert code == 1
    assert "worker has ended by itself (signal SIGKILL); stopping the rest." in said_last
    assert all_gone(pids)


def test_manage_brings_the_servers_up_and_down_and_leaves_standard_output_to_the_command(checkout: Path) -> None:
    count = "from services.catalogue.models import ServiceItem; print(ServiceItem.objects.count())"
    ended = subprocess.run(
        [sys.executable, str(checkout / "scripts" / "launch.py"), "manage", "shell", "-v", "0", "-c", count],
        env=clean(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "122\n")
    assert "postgres stopped, code 0" in ended.stderr
