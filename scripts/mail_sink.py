"""A mail server that sends nothing: what the portal would have mailed lands in a folder as readable text.

For demonstrations, where no mail server is named. Gets a listening socket from the launcher.
"""

import email
import email.policy
import os
import signal
import socket
import socketserver
import sys
from collections import deque
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from types import FrameType

KEPT = 500
LONGEST_LINE = 64_000
LARGEST_MAIL = 40_000_000
TIMEOUT_SECONDS = 60
NUMBERS = count(1)
kept: deque[Path] = deque()
"""What lies in the folder, the oldest first."""


class Session(socketserver.StreamRequestHandler):
    """One connection, in the few words of SMTP that a client needs."""

    timeout = TIMEOUT_SECONDS
    recipients: list[str]

    def handle(self) -> None:
        self.recipients = []
        self.answer("220 mail that goes nowhere")
        while line := self.rfile.readline(LONGEST_LINE):
            word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if word.upper() == "QUIT":
                self.answer("221 bye")
                return
            self.obey(word.upper(), rest)

    def obey(self, word: str, rest: str) -> None:
        if word in ("HELO", "EHLO"):
            self.answer("250 here")
        elif word in ("MAIL", "RSET"):
            self.recipients = []
            self.answer("250 yes")
        elif word == "RCPT":
            self.recipients.append(rest.partition("<")[2].partition(">")[0])
            self.answer("250 yes")
        elif word == "DATA":
            self.take()
        elif word == "NOOP":
            self.answer("250 yes")
        else:
            self.answer("502 not here")

    def take(self) -> None:
        self.answer("354 until a single dot")
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline(LONGEST_LINE)).rstrip(b"\r\n") != b".":
            size += len(line)
            if not line or size > LARGEST_MAIL:
                return
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        write(Path(sys.argv[2]), b"".join(lines), self.recipients)
        self.answer("250 kept")

    def answer(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


def write(folder: Path, content: bytes, recipients: list[str]) -> None:
    message = email.message_from_bytes(content, policy=email.policy.default)
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{next(NUMBERS):04d}.txt"
    draft = folder / f"{name}.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(readable(message, recipients))
    draft.replace(folder / name)
    kept.append(folder / name)
    while len(kept) > KEPT:
        kept.popleft().unlink(missing_ok=True)


def readable(message: EmailMessage, recipients: list[str]) -> str:
    """Headers and text, decoded: the mail itself may be in base64."""
    body = message.get_body(preferencelist=("plain", "html"))
    text = body.get_content() if body is not None else ""
    heads = [f"{name}: {message.get(name, '')}" for name in ("From", "Subject", "Date", "Message-ID")]
    return "\n".join([f"To: {', '.join(recipients)}", *heads, "", text])


def end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def main() -> None:
    signal.signal(signal.SIGTERM, end)
    folder = Path(sys.argv[2])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept.extend(sorted(folder.glob("*.txt")))
    listener = socket.socket(fileno=int(sys.argv[1]))
    server = Server(listener.getsockname(), Session, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.serve_forever()


if __name__ == "__main__":
    main()
