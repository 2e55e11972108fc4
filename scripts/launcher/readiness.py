"""What the last start prepared, so that the next one need not ask Django whether there is anything to do.

It need not when the files are the same, the embedded database is the one that was prepared, and nobody has been at it
with a management command. A named database may have been emptied by anybody: it is always asked.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import packages
from .places import ROOT, VAR

STAMP = VAR / ".ready"
FOLDERS = ("portal", "enterprises", "experts", "services", "locale", "static")
FILES = ("scripts/prepare.py", "manage.py", *packages.RUN)
BOARDS = "PORTAL_BOARDS"
PRODUCTS = (VAR / "static" / ".stamp", VAR / "demo-accounts.json")
COMPILED = (".pyc", ".mo")


def holds(environment: Mapping[str, str]) -> bool:
    """Whether all that preparing makes is there and was made from these very files."""
    return read() == state(environment) and all(path.exists() for path in (*PRODUCTS, *catalogues()))


def keep(seen: str) -> None:
    """Only after success, with the state that the files were in before."""
    STAMP.write_text(seen, encoding="utf-8")


def forget() -> None:
    STAMP.unlink(missing_ok=True)


def read() -> str:
    return STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""


def state(environment: Mapping[str, str]) -> str:
    """By name, size and time: a thousand files are looked at in 20 ms."""
    seen = hashlib.sha256(f"{packages.python_version()} {environment.get(BOARDS, '')}".encode())
    for path in sources():
        status = path.stat()
        seen.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def sources() -> Iterator[Path]:
    """The code, its data and its words; third-party styles; the lists of packages."""
    folders = [*(ROOT / name for name in FOLDERS), VAR / "vendor"]
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix not in COMPILED and path.is_file()]
    yield from sorted([*found, *(ROOT / name for name in FILES)])


def catalogues() -> list[Path]:
    return [path.with_suffix(".mo") for path in (ROOT / "locale").rglob("*.po")]
