"""Where no mail server is named, mail lands in a folder, readable by people."""

import os
import smtplib
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from scripts import mail_sink

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    folder = tmp_path / "mail"
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        command = [sys.executable, str(ROOT / "scripts" / "mail_sink.py"), str(listener.fileno()), str(folder)]
        process = subprocess.Popen(command, pass_fds=(listener.fileno(),), env=dict(os.environ))
    yield port, folder
    process.terminate()
    process.wait(10)


def letter(text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "portal@localhost", "li@example.com", "验证码"
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    return message


def arrived(folder: Path, number: int) -> list[str]:
    deadline = time.monotonic() + 10
    while len(found := sorted(folder.glob("*.txt"))) < number and time.monotonic() < deadline:
        time.sleep(0.02)
    return [path.read_text(encoding="utf-8") for path in found]


def test_a_mail_is_kept_as_text_that_only_its_owner_reads(sink: tuple[int, Path]) -> None:
    port, folder = sink
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(letter("您的验证码是 123456。\n.\n.. 两点"))
    [text] = arrived(folder, 1)
    assert text.startswith("To: li@example.com\nFrom: portal@localhost\nSubject: 验证码\n")
    assert "您的验证码是 123456。\n.\n.. 两点" in text
    [path] = folder.glob("*.txt")
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_connection_may_bring_several_mails_to_several_people(sink: tuple[int, Path]) -> None:
    port, folder = sink
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(letter("first"), to_addrs=["a@example.com", "b@example.com"])
        client.send_message(letter("second"), to_addrs=["c@example.com"])
    heads = [text.splitlines()[0] for text in arrived(folder, 2)]
    assert heads == ["To: a@example.com, b@example.com", "To: c@example.com"]


def test_an_unknown_word_and_a_broken_connection_do_not_end_it(sink: tuple[int, Path]) -> None:
    port, folder = sink
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"MAIL FROM:<a@b>\r\nDATA\r\nhalf a mail")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        assert client.docmd("VRFY", "li")[0] == 502
        client.send_message(letter("whole"))
    assert len(arrived(folder, 1)) == 1


def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "20260101-000000-0001.txt"
    old.touch()
    monkeypatch.setattr(mail_sink, "KEPT", 3)
    monkeypatch.setattr(mail_sink, "kept", deque([old]))
    for text in "abcd":
        mail_sink.write(tmp_path, letter(text).as_bytes(), ["li@example.com"])
    assert [text.split()[-1] for text in arrived(tmp_path, 3)] == ["b", "c", "d"]
