"""Imports go down the floors only; a violation planted in a copy of the tree is found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.manners.tree import PACKAGES, ROOT


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        unread = shutil.ignore_patterns("__pycache__", "fixtures", "data", "migrations")
        shutil.copytree(ROOT / package, folder / package, ignore=unread)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_are_kept() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout


PLANTED = {
    "a lower floor reads a higher one": ("portal/health.py", "from services.cases import states"),
    "the cases read the rooms above them": ("services/cases/numbers.py", "from services.triage import actions"),
    "one room of a floor reads another": ("services/triage/doors.py", "from services.routing import gates"),
    "an action reads a view": ("services/followup/actions/door.py", "from services.followup import views"),
    "a form reads a view": ("services/intake/forms.py", "from services.intake import urls"),
}


@pytest.mark.parametrize(("place", "line"), PLANTED.values(), ids=PLANTED)
def test_a_planted_violation_is_found(copy: Path, place: str, line: str) -> None:
    path = copy / place
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        answer = lint(copy)
    finally:
        path.write_text(before, encoding="utf-8")
    assert answer.returncode == 1 and "BROKEN" in answer.stdout
