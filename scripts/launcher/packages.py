"""The environment ``.venv`` and what is installed in it, by hash."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from . import pip_wheel
from .children import run_step
from .places import PYTHON, ROOT, VENV, setup_log
from .saying import Refusal, Teller

RUN = ("requirements.txt", "requirements-embedded.txt")
DEVELOP = (*RUN, "requirements-dev.txt")
NODE = ("requirements-node.txt",)

STAMP = VENV / ".installed.json"
UNDER_WAY = VENV / ".installing"


def ensure(lists: tuple[str, ...], environment: Mapping[str, str], teller: Teller) -> None:
    """Install what is missing. The stamp is written only after success; a killed installation is made anew.

    :raises Refusal: when pip fails.
    """
    wanted = {name: digest(ROOT / name) for name in lists}
    stamped = read_stamp()
    missing = [name for name in lists if stamped.get(name) != wanted[name]]
    if not missing and PYTHON.exists():
        teller.line("Packages are in place")
        return
    with teller.step("Environment .venv made") as said:
        if environment_works():
            said.append("Environment .venv found")
        else:
            make_environment(environment)
            stamped, missing = {}, list(lists)
    with teller.step(f"Packages installed from {', '.join(missing)}"):
        install(missing, environment)
    kept = stamped if stamped.get("python") == python_version() else {}
    write_stamp({**kept, **{name: wanted[name] for name in missing}, "python": python_version()})


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def python_version() -> str:
    return "{}.{}.{}".format(*sys.version_info[:3])


def read_stamp() -> dict[str, str]:
    """Empty when there is none, or when it speaks of another Python."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and stamp.get("python") == python_version() else {}


def write_stamp(stamp: Mapping[str, str]) -> None:
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(stamp, indent=2), encoding="utf-8")
    draft.replace(STAMP)


def environment_works() -> bool:
    """Whether .venv starts, has pip and this Python's version, and no killed installation in it."""
    if UNDER_WAY.exists() or not PYTHON.exists():
        return False
    question = "import pip, sys; print('{}.{}.{}'.format(*sys.version_info[:3]))"
    try:
        answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == python_version()


def make_environment(environment: Mapping[str, str]) -> None:
    """Anew. Debian's Python comes without ensurepip unless python3-venv is there; pip's own wheel does as well."""
    log = setup_log("packages")
    has_pip = importlib.util.find_spec("ensurepip") is not None
    command: list[str | Path] = [sys.executable, "-m", "venv", "--clear", VENV]
    if not has_pip:
        command.append("--without-pip")
    if run_step(command, environment, log):
        raise Refusal("The environment .venv could not be made.", log=log)
    if not has_pip:
        wheel = pip_wheel.fetch(ROOT / "requirements-pip.txt", VENV, environment)
        command = [PYTHON, wheel / "pip", "install", "--no-index", "--no-deps", wheel]
        if run_step(command, environment, log):
            raise Refusal("pip could not be installed into .venv.", log=log)


def install(lists: list[str], environment: Mapping[str, str]) -> None:
    log = setup_log("packages")
    UNDER_WAY.touch()
    files = [part for name in lists for part in ("-r", str(ROOT / name))]
    if run_step([*installer(), "--require-hashes", "--no-deps", *files], environment, log):
        UNDER_WAY.unlink()  # pip undoes its own failures; only a kill leaves half a package
        raise Refusal("Installing the packages failed (no network, or no mirror configured for pip?).", log=log)
    UNDER_WAY.unlink()


def installer() -> list[str]:
    """pip, which reads pip.conf and so finds the mirror somebody configured; uv when PORTAL_UV=1 asks for it."""
    uv = shutil.which("uv")
    if uv and os.environ.get("PORTAL_UV") == "1":
        return [uv, "pip", "install", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
