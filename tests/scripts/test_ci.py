"""What CI calls is what the README tells a newcomer to type."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUB = """
import os, sys
print(sys.argv[1:], os.environ["PORTAL_REQUIRE_BROWSER"])
sys.exit({code} if "{word}" in sys.argv else 0)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / ".ci").mkdir()
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    shutil.copy(ROOT / "README.md", tmp_path / "README.md")
    plant(tmp_path, "nothing", 0)
    return tmp_path


def plant(folder: Path, word: str, code: int) -> None:
    (folder / "scripts" / "launch.py").write_text(STUB.format(word=word, code=code), encoding="utf-8")


def ci(folder: Path) -> tuple[int, str]:
    ended = subprocess.run([folder / ".ci" / "run"], cwd="/", capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout


def test_it_lints_then_tests_and_demands_a_browser(checkout: Path) -> None:
    assert ci(checkout) == (0, "['lint'] 1\n+ python3 scripts/launch.py test\n['test'] 1\n")


@pytest.mark.parametrize(("word", "code"), [("lint", 5), ("test", 6)])
def test_it_fails_with_whatever_failed(checkout: Path, word: str, code: int) -> None:
    plant(checkout, word, code)
    assert ci(checkout)[0] == code


@pytest.mark.parametrize(
    "line",
    ["    python3 scripts/launch.py test    # the browser too", "| `python3 scripts/launch.py test` | the tests |"],
)
def test_it_finds_the_command_however_the_readme_is_set(checkout: Path, line: str) -> None:
    (checkout / "README.md").write_text(line, encoding="utf-8")
    assert "+ python3 scripts/launch.py test\n['test'] 1\n" in ci(checkout)[1]


def test_a_readme_without_the_command_is_a_failure(checkout: Path) -> None:
    (checkout / "README.md").write_text("Nothing.", encoding="utf-8")
    assert ci(checkout) == (1, "")
