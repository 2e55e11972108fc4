"""The embedded servers and the folders they live in."""

import os
import time
from pathlib import Path

import psycopg2
import pytest

from portal import env
from scripts.launcher import children, places, postgres, servers, surroundings
from scripts.launcher.children import Crew, Runner
from scripts.launcher.saying import Refusal, Teller

ROOT = Path(__file__).resolve().parents[2]


def alive(pid: int) -> bool:
    return bool(children.birth(pid)) and not children.is_zombie(pid)


def gone(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


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
