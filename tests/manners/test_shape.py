"""Small modules, short functions, a name for everything, a test folder for every room."""

import re

import pytest

from tests.manners.tree import PACKAGES, ROOT, modules

CODE = modules(*PACKAGES, "scripts")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "misc", "services", "signals", "managers", "lib"}
MACHINE = re.compile(r"/(?:work|tmp|root)/|/home/\w+/|localhost:\d{4}/\w+|C:\\\\")
REGISTRY = re.compile(r"index-url|://[\w.-]*(pypi|pythonhosted|npmjs|npmmirror|mirrors?)\b")
SPEAKING = (".py", ".html", ".txt", ".css", ".js", ".md", ".toml", ".yml", ".po", ".conf", ".service", ".csv", ".json")
UNTESTED = {"services/demo"}
"""Rooms whose tests are elsewhere: the demo centre is what the journeys walk through."""


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    assert {module.name: module.lines for module in CODE if module.lines > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_fifty_lines() -> None:
    lengths = {
        f"{module.name}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for module in CODE
        for function in module.functions()
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    inside = [part for module in modules() for part in module.name.removesuffix(".py").split("/")[1:]]
    assert DRAWERS & set(inside) == set()


def test_every_room_has_its_tests() -> None:
    apps = {
        path.parent.relative_to(ROOT).as_posix() for folder in PACKAGES for path in (ROOT / folder).rglob("apps.py")
    }
    rooms = {app for app in apps if app != "portal"} - UNTESTED
    tested = {room for room in rooms if list((ROOT / "tests" / room).glob("**/test_*.py"))}
    assert rooms - tested == set()


def test_every_folder_of_tests_mirrors_a_folder_of_code() -> None:
    mirrored = [path for folder in PACKAGES for path in (ROOT / "tests" / folder).rglob("*") if path.is_dir()]
    names = {path.relative_to(ROOT / "tests").as_posix() for path in mirrored if path.name != "__pycache__"}
    assert {name for name in names if not (ROOT / name).is_dir()} == set()


@pytest.mark.parametrize(
    "folder",
    [*PACKAGES, "scripts", "templates", "static", "locale", "docs", "deploy"],
)
def test_nothing_speaks_of_the_machine_it_was_written_on(folder: str) -> None:
    spoken = [path for path in (ROOT / folder).rglob("*") if path.suffix in SPEAKING and path.is_file()]
    assert [path.relative_to(ROOT).as_posix() for path in spoken if MACHINE.search(path.read_text("utf-8"))] == []
