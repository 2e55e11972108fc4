"""The command line: the address, the lock, the codes. Nothing is installed for these tests."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.launcher import lock, servers
from scripts.launcher.places import Address
from scripts.launcher.saying import Refusal, Teller

ROOT = Path(__file__).resolve().parents[2]


def launch(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The launcher of a folder that has nothing but the launcher."""
    command = [sys.executable, str(folder / "scripts" / "launch.py"), *words]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command, cwd="/", env={**kept, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


# Addresses


def test_the_address_is_the_loopback_unless_told_otherwise() -> None:
    assert Address.from_environment({}) == Address("127.0.0.1", 8000)
    assert Address.from_environment({"PORTAL_HOST": "::1", "PORTAL_PORT": "81"}).bind == "[::1]:81"


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1", "80 "])
def test_a_port_that_is_none_is_explained(port: str) -> None:
    with pytest.raises(Refusal, match="a number between 1 and 65535"):
        Address.from_environment({"PORTAL_PORT": port})


def test_a_person_is_not_sent_to_an_address_that_means_everywhere() -> None:
    everywhere = Address("0.0.0.0", 8000)
    assert everywhere.url == "http://127.0.0.1:8000"
    assert socket.gethostname() in everywhere.hosts()
    assert Address("192.0.2.7", 8000).hosts()[-1] == "192.0.2.7"


def test_a_taken_port_is_seen_and_a_foreign_host_is_explained() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert Address("127.0.0.1", port).taken()
    assert not Address("127.0.0.1", port).taken()
    with pytest.raises(Refusal, match="no address of this machine"):
        Address("192.0.2.7", port).taken()


# The command line, in a folder without anything


def test_a_taken_port_ends_with_2_before_anything_is_made(checkout: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        ended = launch(checkout, "run", PORTAL_PORT=str(listener.getsockname()[1]))
    assert (ended.returncode, "is taken; choose another PORTAL_PORT" in ended.stderr) == (2, True)
    assert not (checkout / ".venv").exists()


def test_a_second_run_from_one_folder_ends_with_3(checkout: Path) -> None:
    with lock.held(checkout / "var" / ".lock"):
        ended = launch(checkout, "run")
    assert (ended.returncode, ended.stderr) == (3, "The portal is already running from this folder.\n")


def test_a_bad_port_ends_with_1(checkout: Path) -> None:
    ended = launch(checkout, "run", PORTAL_PORT="eighty")
    assert (ended.returncode, "PORTAL_PORT is 'eighty'" in ended.stderr) == (1, True)


def test_an_unknown_word_is_answered_with_the_known_ones(checkout: Path) -> None:
    ended = launch(checkout, "start")
    assert (ended.returncode, "run|test|lint|bench|manage" in ended.stderr) == (2, True)


def test_nobody_measures_beside_a_running_portal(checkout: Path) -> None:
    with lock.held(checkout / "var" / ".lock"):
        ended = launch(checkout, "bench")
    assert ended.returncode == 3


def test_manage_uses_the_servers_of_a_running_portal_and_hands_on_the_code(checkout: Path) -> None:
    (checkout / ".venv").symlink_to(sys.prefix)
    (checkout / "manage.py").write_text(
        "import os, sys; print(os.environ['DATABASE_URL'], os.getcwd(), sys.argv[1:]); sys.exit(7)", encoding="utf-8"
    )
    (checkout / "var").mkdir()
    with lock.held(checkout / "var" / ".lock"):
        lock.Record(checkout / "var" / "run.json").write(
            {"servers": {"DATABASE_URL": "postgres://theirs@db/portal", "REDIS_URL": "redis://theirs"}}
        )
        ended = launch(checkout, "manage", "evaluate", "--json", "file")
    assert ended.stdout == "postgres://theirs@db/portal / ['evaluate', '--json', 'file']\n"
    assert ended.returncode == 7


def test_a_server_that_is_named_but_silent_is_explained() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    with pytest.raises(Refusal, match=f"DATABASE_URL names 127.0.0.1:{port}, but nobody answers there"):
        servers.reach("DATABASE_URL", f"postgres://li@127.0.0.1:{port}/portal", Teller())


# The lock and the record


def test_the_lock_is_free_again_after_its_holder(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with lock.held(path), pytest.raises(Refusal) as refused, lock.held(path):
        pass
    assert refused.value.code == 3
    with lock.held(path):
        pass


def test_half_a_record_reads_as_none(tmp_path: Path) -> None:
    record = lock.Record(tmp_path / "run.json")
    assert record.read() == {}
    record.write({"pid": 1})
    assert (record.read(), record.path.stat().st_mode & 0o777) == ({"pid": 1}, 0o600)
    record.path.write_text('{"pid": ', encoding="utf-8")
    assert record.read() == {}
