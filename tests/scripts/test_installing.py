"""What the parts are given, and what is installed for them: pinned, stamped, without maps."""

import io
import json
import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.launcher import (
    assets,
    browser,
    packages,
    pip_wheel,
    surroundings,
)
from scripts.launcher.saying import Refusal, Teller

ROOT = Path(__file__).resolve().parents[2]


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


def test_the_browser_is_the_one_that_is_named_or_on_the_path(tmp_path: Path) -> None:
    assert browser.find({"PORTAL_CHROMIUM": "/opt/chromium", "PATH": ""}) == "/opt/chromium"
    program = tmp_path / "chromium-browser"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    assert browser.find({"PATH": str(tmp_path)}) == str(program)


@pytest.mark.parametrize(
    ("missing", "asked_for"),
    [
        ("none", ["chromium-headless-shell"]),
        ("chromium-headless-shell", ["chromium-headless-shell", "chromium"]),
        ("chromium*", ["chromium-headless-shell", "chromium"]),
    ],
)
def test_a_browser_without_windows_is_installed_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, asked_for: list[str]
) -> None:
    monkeypatch.setattr(browser, "setup_log", lambda name: tmp_path / name)
    program = tmp_path / "apt-get"
    program.write_text(f'#!/bin/sh\nfor word; do :; done\necho "$word"\ncase $word in {missing}) exit 100 ;; esac\n')
    program.chmod(0o755)
    browser.install({"PATH": str(tmp_path)})
    assert (tmp_path / "browser").read_text(encoding="utf-8").split() == ["-q", *asked_for]


def test_without_a_browser_its_tests_are_skipped_aloud_and_in_ci_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    said = io.StringIO()
    assert browser.ensure({"PATH": str(tmp_path)}, Teller(said)) == ""
    assert "There is no browser; its tests are skipped." in said.getvalue()
    with pytest.raises(Refusal, match="apt-get install chromium"):
        browser.ensure({"PATH": str(tmp_path), "PORTAL_REQUIRE_BROWSER": "1"}, Teller(said))
