"""Where things lie, and the address the portal answers on."""

import hashlib
import os
import socket
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .saying import Refusal

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = ROOT / "var"
SOCKET_PATH_LIMIT = 107  # bytes; the kernel's, for the whole path
LONGEST_SOCKET_NAME = len("/pg/.s.PGSQL.5432")
EVERYWHERE = ("0.0.0.0", "::")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def fingerprint(checkout: Path = ROOT) -> str:
    """Tells checkouts and users apart in folders they share."""
    return hashlib.sha256(f"{checkout}:{os.getuid()}".encode()).hexdigest()[:12]


def site_packages() -> Path:
    return VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def socket_folder() -> Path:
    """Sockets live outside the checkout, whose path may be longer than a socket's may be."""
    return private_folder(Path("/tmp") / f"portal-{fingerprint()}")


def setup_log(name: str) -> Path:
    """Of what is installed once for all commands; `test` must not write in ``var/``."""
    return socket_folder() / f"{name}.log"


def private_folder(folder: Path) -> Path:
    """Make the folder, mode 0700, and refuse one that somebody else prepared.

    :raises Refusal: when it is a link or belongs to another user.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Refusal(f"{folder} belongs to somebody else; remove it or ask its owner to.")
    folder.chmod(0o700)
    return folder


@dataclass(frozen=True)
class Address:
    """What the web server binds to, and what a person types."""

    host: str
    port: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Address":
        """:raises Refusal: when PORTAL_PORT is no port."""
        written = environment.get("PORTAL_PORT", "8000")
        if not written.isdecimal() or not 1 <= int(written) <= 65535:
            raise Refusal(f"PORTAL_PORT is {written!r}; a port is a number between 1 and 65535.")
        return cls(environment.get("PORTAL_HOST", "").strip() or "127.0.0.1", int(written))

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        if self.host in EVERYWHERE:
            return f"http://127.0.0.1:{self.port}"
        return f"http://{self.bind}"

    def hosts(self) -> list[str]:
        """The names under which the portal may be asked for."""
        names = ["127.0.0.1", "localhost", "[::1]"]
        if self.host in EVERYWHERE:
            names += _own_names()
        elif self.host not in LOOPBACK:
            names.append(f"[{self.host}]" if ":" in self.host else self.host)
        return names

    def taken(self) -> bool:
        """Whether somebody listens there already.

        :raises Refusal: when the host is none of this machine's.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except PermissionError as error:
                raise Refusal(f"Port {self.port} is for root only; choose PORTAL_PORT above 1023.") from error
            except OSError as error:
                if error.errno in (98, 48):  # EADDRINUSE on Linux, on BSD and macOS
                    return True
                raise Refusal(f"PORTAL_HOST {self.host!r} is no address of this machine ({error}).") from error
        return False


def _own_names() -> list[str]:
    names = [socket.gethostname(), socket.getfqdn()]
    with suppress(OSError):
        names += socket.gethostbyname_ex(socket.gethostname())[2]
    return [name for name in dict.fromkeys(names) if name]
