"""The environment that the launcher's processes get."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from .places import PYTHON, ROOT, VENV, Address

# What would lead initdb, psql or Python somewhere else than meant.
FOREIGN = ("PG", "LC_")
FOREIGN_NAMES = (
    "LANG",
    "LANGUAGE",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "DJANGO_SETTINGS_MODULE",
    "PORTAL_DEBUG",
)
STATEMENT_SECONDS = "300"


def clean(outer: Mapping[str, str]) -> dict[str, str]:
    """The person's environment without foreign databases, languages and Pythons."""
    kept = {key: value for key, value in outer.items() if not key.startswith(FOREIGN) and key not in FOREIGN_NAMES}
    return {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def django(
    base: Mapping[str, str], servers: Mapping[str, str], *, var: Path, address: Address, kind: str, secret: str
) -> dict[str, str]:
    """:param kind: development, test or production."""
    return {
        **base,
        **servers,
        "PATH": f"{VENV / 'bin'}{os.pathsep}{base.get('PATH', os.defpath)}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_ENV": kind,
        "PORTAL_SECRET_KEY": secret,
        "PORTAL_VAR": str(var),
        "PORTAL_HOST": address.host,
        "PORTAL_PORT": str(address.port),
        "PORTAL_SITE_URL": base.get("PORTAL_SITE_URL") or address.url,
        "PORTAL_ALLOWED_HOSTS": base.get("PORTAL_ALLOWED_HOSTS") or ",".join(address.hosts()),
    }


def worker(environment: Mapping[str, str]) -> dict[str, str]:
    """For processes that nobody waits for: longer statements; Celery as root only because there is nobody else."""
    allowed = {"C_FORCE_ROOT": "1"} if os.geteuid() == 0 else {}
    return {**environment, **allowed, "PORTAL_STATEMENT_SECONDS": STATEMENT_SECONDS}


def secret_key(path: Path) -> str:
    """Made once, mode 0600: sessions and signed links outlive a restart."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="utf-8").strip()
        if len(kept) >= 50:
            return kept
        descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC, 0o600)
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(key)
    return key


def python(*arguments: str | Path) -> list[str | Path]:
    return [PYTHON, *arguments]


def manage(*arguments: str) -> list[str | Path]:
    return [PYTHON, ROOT / "manage.py", *arguments]
