"""The launcher's parts: addresses, the lock, what is said, who is stopped when. Real processes, nothing installed."""

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg2
import pytest

from portal import env
from scripts.launcher import assets, children, lock, packages, pip_wheel, places, postgres, servers, surroundings
from scripts.launcher.children import Crew, Runner
from scripts.launcher.places import Address
from scripts.launcher.saying import Refusal, Teller, last_lines

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def launch(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The launcher of a folder that has nothing but the launcher."""
    command = [sys.executable, str(folder / "scripts" / "launch.py"), *words]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command, cwd="/", env={**kept, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


def alive(pid: int) -> bool:
    return bool(children.birth(pid)) and not children.is_zombie(pid)


def gone(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    made = Crew(tmp_path / "log", Teller(), patience=2.0)
    yield made
    made.stop()


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


def test_benchmarks_that_are_not_written_yet_are_said_to_be_so(checkout: Path) -> None:
    ended = launch(checkout, "bench")
    assert (ended.returncode, "no scenarios yet" in ended.stderr) == (1, True)


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


# Children


def test_the_end_of_any_part_is_noticed_and_its_log_named(crew: Crew) -> None:
    crew.start("web", SLEEP, os.environ)
    crew.start("worker", [sys.executable, "-c", "print('no memory'); raise SystemExit(5)"], os.environ)
    crew.children[1].process.wait()
    with pytest.raises(Refusal) as refused:
        crew.check()
    assert str(refused.value) == "worker has ended by itself (code 5); stopping the rest."
    assert (refused.value.log, refused.value.tail) == (crew.logs / "worker.log", ["no memory"])


def test_a_killed_part_is_named_with_its_signal(crew: Crew) -> None:
    child = crew.start("beat", SLEEP, os.environ)
    crew.check()
    child.process.kill()
    child.process.wait()
    with pytest.raises(Refusal, match=r"beat has ended by itself \(signal SIGKILL\)"):
        crew.check()


def test_parts_are_stopped_in_reverse_order_and_the_stubborn_are_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    said = io.StringIO()
    crew = Crew(tmp_path / "log", Teller(said), patience=0.3)
    crew.start("database", ["sleep", "60"], os.environ, stop_signal=signal.SIGINT)
    stubborn = crew.start("worker", [sys.executable, "-c", deaf], os.environ)
    while "up" not in last_lines(stubborn.log):
        time.sleep(0.02)
    crew.start("web", SLEEP, os.environ)
    crew.stop()
    assert [line.partition("] ")[2].partition(" (")[0] for line in said.getvalue().splitlines()] == [
        "web stopped, signal SIGTERM",
        "worker stopped, signal SIGKILL",
        "database stopped, signal SIGINT",
    ]
    assert crew.children == []


def test_a_listener_who_has_left_does_not_stop_the_stopping(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as deserted:
        crew = Crew(tmp_path / "log", Teller(deserted))
        pids = [crew.start(name, SLEEP, os.environ).process.pid for name in ("database", "web")]
        crew.stop()
        with suppress(OSError):
            deserted.close()
    assert all(gone(pid) for pid in pids)


def test_what_a_dead_part_had_started_is_ended_with_it(crew: Crew) -> None:
    parent = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)"
    )
    child = crew.start("worker", [sys.executable, "-c", parent], os.environ)
    child.process.wait()
    grandchild = int(last_lines(child.log)[0])
    assert alive(grandchild)
    crew.stop()
    assert gone(grandchild)


def test_children_end_when_the_launcher_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from scripts.launcher.children import Crew
from scripts.launcher.saying import Teller
child = Crew(Path({str(tmp_path)!r}), Teller()).start("part", {SLEEP!r}, os.environ)
print(child.process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        pid = int(launcher.stdout.readline())
        assert alive(pid)
        launcher.kill()
    assert gone(pid)


def test_the_next_start_ends_what_does_not_end_by_itself() -> None:
    with subprocess.Popen(SLEEP, start_new_session=True) as left:
        described = [{"name": "worker", "pid": left.pid, "born": children.birth(left.pid)}]
        assert children.sweep(described, patience=0.2) == ["worker"]
        assert left.wait(5) == -signal.SIGKILL


def test_a_number_that_is_somebody_elses_by_now_is_left_alone() -> None:
    with subprocess.Popen(SLEEP, start_new_session=True) as other:
        assert children.sweep([{"name": "worker", "pid": other.pid, "born": "1"}], patience=0.2) == []
        assert alive(other.pid)
        other.kill()


def test_a_step_tells_its_code_and_keeps_what_it_said(tmp_path: Path) -> None:
    log = tmp_path / "log" / "step.log"
    code = children.run_step(
        [sys.executable, "-c", "print(input()); raise SystemExit(4)"], os.environ, log, given=b"text\n"
    )
    assert (code, last_lines(log), log.stat().st_mode & 0o777) == (4, ["text"], 0o600)


# What the parts are given


def test_foreign_databases_and_languages_do_not_reach_the_parts() -> None:
    outer = {
        "PGHOST": "x",
        "LC_CTYPE": "zh_CN.UTF-8",
        "LANG": "C",
        "PYTHONPATH": "/x",
        "PORTAL_DEBUG": "1",
        "HOME": "/h",
    }
    assert surroundings.clean(outer) == {
        "HOME": "/h",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    key = surroundings.secret_key(path)
    assert (len(key) >= 50, path.stat().st_mode & 0o777) == (True, 0o600)
    assert surroundings.secret_key(path) == key
    path.write_text("half", encoding="utf-8")
    assert len(surroundings.secret_key(path)) >= 50


# What is installed


def test_a_stamp_of_another_python_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "STAMP", tmp_path / ".installed.json")
    assert packages.read_stamp() == {}
    packages.write_stamp({"requirements.txt": "abc", "python": packages.python_version()})
    assert packages.read_stamp()["requirements.txt"] == "abc"
    packages.write_stamp({"requirements.txt": "abc", "python": "3.10.0"})
    assert packages.read_stamp() == {}


def test_every_list_is_pinned_by_hash_and_names_no_index() -> None:
    lists = sorted(ROOT.glob("requirements*.txt"))
    assert {path.name for path in lists} >= set(packages.DEVELOP) | set(packages.NODE) | {"requirements-pip.txt"}
    for path in lists:
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")


def test_the_asset_lock_names_no_registry() -> None:
    tree = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in tree["packages"].items() if "resolved" in package] == []


def test_assets_are_copied_without_their_maps(tmp_path: Path) -> None:
    for origin in assets.SERVED.values():
        source = tmp_path / "node_modules" / origin
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text("a{}\n//# sourceMappingURL=a.js.map\n/*# sourceMappingURL=a.css.map */", encoding="utf-8")
    assets.copy(tmp_path / "node_modules", tmp_path / "vendor")
    assert {name for name in assets.SERVED if (tmp_path / "vendor" / name).exists()} == set(assets.SERVED)
    assert (tmp_path / "vendor/bootstrap.min.css").read_text(encoding="utf-8").strip() == "a{}"


def test_every_asset_that_a_page_names_is_copied() -> None:
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "templates").rglob("*.html")]
    named = {name for page in pages for name in re.findall(r"""static ["']vendor/([^"']+)""", page)}
    assert named
    assert named <= set(assets.SERVED)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """A package index of one wheel."""
    folder = tmp_path / "simple" / "pip"
    folder.mkdir(parents=True)
    (folder / "pip-1.0-py3-none-any.whl").write_bytes(b"the wheel")
    (folder / "index.html").write_text('<a href="pip-1.0-py3-none-any.whl#sha256=0">pip</a>', encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def test_pip_itself_is_fetched_for_a_python_without_it(tmp_path: Path, index: str) -> None:
    requirement = tmp_path / "requirements-pip.txt"
    digest = packages.digest(tmp_path / "simple" / "pip" / "pip-1.0-py3-none-any.whl")
    requirement.write_text(f"pip==1.0 \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    wheel = pip_wheel.fetch(requirement, tmp_path, {"PIP_INDEX_URL": index})
    assert wheel.read_bytes() == b"the wheel"


def test_another_wheel_under_that_name_is_refused(tmp_path: Path, index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pip_wheel, "DEFAULT_INDEX", index)
    requirement = tmp_path / "requirements-pip.txt"
    requirement.write_text(f"pip==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(Refusal, match="Install python3-venv"):
        pip_wheel.fetch(requirement, tmp_path, {"PIP_CONFIG_FILE": os.devnull})


# The embedded servers


def test_a_folder_of_another_major_version_is_not_silently_replaced(tmp_path: Path) -> None:
    (tmp_path / "pg17").mkdir()
    with pytest.raises(Refusal, match="written by PostgreSQL 17, this is 18"):
        postgres.refuse_other_major(tmp_path, 18)
    (tmp_path / "pg18").mkdir()
    postgres.refuse_other_major(tmp_path, 18)


def test_a_named_folder_without_postgresql_is_explained(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="No PostgreSQL in"):
        postgres.find({"PORTAL_PG_BIN": str(tmp_path)})


def test_socket_addresses_stay_below_the_limit_of_the_kernel() -> None:
    folder = places.socket_folder()
    assert folder.stat().st_mode & 0o777 in (0o700, 0o711)
    assert len(str(folder)) + places.LONGEST_SOCKET_NAME < places.SOCKET_PATH_LIMIT


def test_a_prepared_link_is_not_taken_for_our_folder(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "theirs")
    with pytest.raises(Refusal, match="belongs to somebody else"):
        places.private_folder(tmp_path / "link")


def test_embedded_servers_come_up_find_chinese_and_leave_nothing(tmp_path: Path) -> None:
    environment = surroundings.clean({name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ})
    with servers.throw_away_folder() as folder:
        crew = Crew(tmp_path / "log", Teller())
        with servers.throw_away(crew, folder, environment, Teller()) as found:
            pids = [child.process.pid for child in crew.children]
            settings = env.database(found.addresses["DATABASE_URL"])
            with psycopg2.connect(host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"]) as connection:
                cursor = connection.cursor()
                for extension in ("btree_gist", "pg_trgm", "unaccent"):
                    cursor.execute(f"CREATE EXTENSION {extension}")
                cursor.execute(
                    "SELECT similarity('产业园', '产业园'), to_tsvector('simple', '计量 校准')::text,"
                    " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
                )
                assert cursor.fetchone() == (1.0, "'校准':2 '计量':1", False)
            connection.close()
            assert found.addresses["REDIS_URL"].startswith("unix://")
    assert [pid for pid in pids if not gone(pid)] == []
    assert not folder.exists()


def test_a_runner_of_another_user_says_so_to_the_system() -> None:
    assert Runner().identity() == {}
    assert Runner(user=1, group=2).identity() == {"user": 1, "group": 2, "extra_groups": []}
