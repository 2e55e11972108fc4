"""The command line: which words there are, and what their ends are called."""

import argparse
import os
import sys

from . import checking, managing, measuring, running, signals
from .saying import Refusal, Teller

CODES = """exit codes:
  0  stopped by request, or done
  1  a part ended by itself, or a step failed
  2  the port is taken
  3  already running from this folder
  other codes are those of pytest, the linters or the management command

environment:
  PORTAL_HOST, PORTAL_PORT   where the portal answers (127.0.0.1, 8000)
  DATABASE_URL, REDIS_URL    servers to use instead of the embedded ones
  PORTAL_SMTP_HOST           a mail server instead of files under var/mail/
  PORTAL_SITE_URL, PORTAL_ALLOWED_HOSTS, BROKER_URL and the others of docs/installation.md
  PORTAL_PG_BIN              a folder with PostgreSQL's programs, instead of the wheel's
  PORTAL_CHROMIUM            the browser of the tests
  PORTAL_REQUIRE_BROWSER=1   the tests fail without a browser instead of skipping
  PORTAL_UV=1                install packages by uv instead of pip
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="launch.py",
        description="Starts and checks the portal on this machine.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="run|test|lint|bench|manage")
    commands.add_parser("run", help="bring everything up and watch it; Ctrl-C stops it")
    commands.add_parser("test", help="run the tests; further words go to pytest", add_help=False)
    commands.add_parser("lint", help="run every static check")
    commands.add_parser("bench", help="run the benchmarks; further words go to them", add_help=False)
    commands.add_parser("manage", help="run a management command with the servers up", add_help=False)
    return made


def main(arguments: list[str]) -> int:
    """Words after `test`, `bench` and `manage` are theirs, also those that begin with a dash."""
    known, rest = parser().parse_known_args(arguments[:1])[0], arguments[1:]
    if known.command in ("run", "lint") and rest:
        parser().parse_args(arguments)
    teller = Teller(sys.stderr if known.command == "manage" else sys.stdout)
    signals.install()
    try:
        return dispatch(known.command, rest, teller)
    except Refusal as refusal:
        teller.refuse(refusal)
        return refusal.code
    except signals.Stop:
        return 0


def dispatch(command: str, rest: list[str], teller: Teller) -> int:
    outer = dict(os.environ)
    if command == "run":
        return running.run(outer, teller)
    if command == "test":
        return checking.test(rest, outer, teller)
    if command == "lint":
        return checking.lint(outer, teller)
    if command == "bench":
        return measuring.bench(rest, outer, teller)
    return managing.manage(rest, outer, teller)
