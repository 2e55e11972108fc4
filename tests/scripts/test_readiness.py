"""A start leaves out what the last one prepared, and only then."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.launcher import managing, packages, preparation, readiness, running
from scripts.launcher.saying import Refusal, Teller
from scripts.launcher.servers import Servers

EMBEDDED = Servers({}, Path("var"))
FRESH = Servers({}, Path("var"), fresh=True)
NAMED = Servers({})


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One with a file of each kind, prepared."""
    for name in (*readiness.FILES, *(f"{folder}/file" for folder in readiness.FOLDERS)):
        place(tmp_path / name)
    var = tmp_path / "var"
    products = (var / "static" / ".stamp", var / "demo-accounts.json")
    for path in (
        *products,
        tmp_path / "locale/zh/django.po",
        tmp_path / "locale/zh/django.mo",
        var / "vendor/style.css",
    ):
        place(path)
    monkeypatch.setattr(readiness, "ROOT", tmp_path)
    monkeypatch.setattr(readiness, "VAR", var)
    monkeypatch.setattr(readiness, "STAMP", var / ".ready")
    monkeypatch.setattr(readiness, "PRODUCTS", products)
    monkeypatch.setattr(running, "PREPARED", var / ".prepared")
    readiness.keep(readiness.state({}))
    yield tmp_path


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The steps that were asked for."""
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(preparation, "run", lambda steps, *_: asked.append(tuple(steps)))
    return asked


def place(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("as it was", encoding="utf-8")


def start(found: Servers = EMBEDDED) -> str:
    said = io.StringIO()
    running.prepare(found, {}, Teller(said))
    return said.getvalue()


def test_nothing_is_prepared_twice(checkout: Path, steps: list[tuple[str, ...]]) -> None:
    assert "Database, demonstration centre and static files are in place" in start()
    assert steps == []


@pytest.mark.parametrize(
    "name",
    [
        "portal/file",
        "services/file",
        "locale/zh/django.po",
        "static/file",
        "var/vendor/style.css",
        "scripts/prepare.py",
        packages.RUN[0],
    ],
)
def test_a_file_that_changed_asks_for_all_of_it_once(checkout: Path, steps: list[tuple[str, ...]], name: str) -> None:
    status = (checkout / name).stat()
    os.utime(checkout / name, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    start()
    start()
    assert steps == [running.STEPS]


@pytest.mark.parametrize("name", ["enterprises/new.py", "experts/migrations/0002_new.py"])
def test_so_does_a_new_file_and_one_that_went(checkout: Path, steps: list[tuple[str, ...]], name: str) -> None:
    place(checkout / name)
    start()
    (checkout / name).unlink()
    start()
    assert steps == [running.STEPS, running.STEPS]


@pytest.mark.parametrize("name", ["var/static/.stamp", "var/demo-accounts.json", "locale/zh/django.mo"])
def test_what_was_made_and_is_gone_is_made_again(checkout: Path, steps: list[tuple[str, ...]], name: str) -> None:
    (checkout / name).unlink()
    start()
    assert steps == [running.STEPS]


@pytest.mark.parametrize("found", [FRESH, NAMED])
def test_a_new_database_and_one_that_others_may_change_are_always_asked(
    checkout: Path, steps: list[tuple[str, ...]], found: Servers
) -> None:
    start(found)
    start(found)
    assert steps == [running.STEPS, running.STEPS]


def test_other_boards_ask_again(checkout: Path) -> None:
    assert readiness.holds({})
    assert not readiness.holds({readiness.BOARDS: "a.board"})


def test_a_preparation_that_failed_is_none(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise Refusal("The step migrate failed.")

    monkeypatch.setattr(preparation, "run", fail)
    with pytest.raises(Refusal):
        start(FRESH)
    assert not readiness.holds({})


def test_a_file_that_changes_while_it_is_prepared_asks_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "run", lambda *_: place(checkout / "portal/late.py"))
    start(FRESH)
    assert not readiness.holds({})


def test_after_a_management_command_the_next_start_looks_again(
    checkout: Path, steps: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "LOCK", checkout / "var/.lock")
    monkeypatch.setattr(managing, "with_own_servers", lambda *_: 0)
    assert managing.manage(["flush"], {}, Teller(io.StringIO())) == 0
    start()
    assert steps == [running.STEPS]
