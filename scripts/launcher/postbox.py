"""Where no mail server is named, mail lands in a folder: a one-time code is of use only to who can read it."""

import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from .children import Crew
from .places import ROOT, VAR

FOLDER = VAR / "mail"
SINK = ROOT / "scripts" / "mail_sink.py"


def start(crew: Crew, environment: Mapping[str, str]) -> dict[str, str]:
    """Returns the sink's address, nothing where a mail server is named."""
    if environment.get("PORTAL_SMTP_HOST"):
        return {}
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        command: list[str | Path] = [sys.executable, SINK, str(listener.fileno()), FOLDER]
        crew.start("mail", command, environment, handed=(listener.fileno(),))
        return {"PORTAL_SMTP_HOST": "127.0.0.1", "PORTAL_SMTP_PORT": str(listener.getsockname()[1])}


def notice(environment: Mapping[str, str]) -> str:
    if environment.get("PORTAL_SMTP_HOST"):
        return ""
    return f"Mail is not sent; it is written to {FOLDER.relative_to(ROOT)}/. PORTAL_SMTP_HOST would name a server."
