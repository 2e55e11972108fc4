"""PostgreSQL refuses to run as root: how the launcher, as root, runs it as somebody else."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .children import Runner
from .places import fingerprint
from .saying import Refusal

UNSHARE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
NOBODY = "nobody"


@dataclass(frozen=True)
class Identity:
    """As whom PostgreSQL runs; `home` is set where that one cannot enter the checkout."""

    runner: Runner
    home: Path | None = None


def identity() -> Identity:
    """Oneself; as root a user namespace, which needs no other user; where those are refused, nobody."""
    if os.geteuid() != 0:
        return Identity(Runner())
    if namespaces_work():
        return Identity(Runner(prefix=UNSHARE))
    try:
        nobody = pwd.getpwnam(NOBODY)
    except KeyError as error:
        raise Refusal("PostgreSQL does not run as root, user namespaces are refused and nobody is missing.") from error
    home = Path("/var/tmp") / f"portal-pg-{fingerprint()}"
    own(home, nobody.pw_uid, nobody.pw_gid)
    return Identity(Runner(user=nobody.pw_uid, group=nobody.pw_gid), home)


def namespaces_work() -> bool:
    if shutil.which(UNSHARE[0]) is None:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def own(folder: Path, user: int, group: int) -> None:
    """Make the folder, mode 0700, of that user.

    :raises Refusal: when somebody else made it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in (0, user):
        raise Refusal(f"{folder} belongs to somebody else; remove it.")
    os.chown(folder, user, group)
    folder.chmod(0o700)


def copied(install: Path, home: Path, runner: Runner) -> Path:
    """The binaries where nobody can read them; copied once per version (size and time of the server)."""
    server = install / "bin" / "postgres"
    mark = f"{server.stat().st_size}-{int(server.stat().st_mtime)}"
    target = home / f"binaries-{mark}"
    package = target / install.parent.name
    if not (target / ".complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(install, package / install.name, symlinks=True)
        libraries = install.parent.with_name(f"{install.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        for path in (target, *target.rglob("*")):
            os.chown(path, runner.user or 0, runner.group or 0, follow_symlinks=False)
        (target / ".complete").touch()
    return package / install.name / "bin"
