"""`manage`: one management command, with the servers of a running portal or with its own for as long as it takes."""

import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from . import lock, packages, places, preparation, readiness, running, servers, surroundings
from .children import Crew, spawn, stop_one
from .places import ROOT, VAR, Address
from .saying import ALREADY_RUNNING, Refusal, Teller
from .signals import Stop

START_SECONDS = 120.0
# Commands that make or look at migrations get the database as it is.
AS_IT_IS = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "check", "help", "squashmigrations", ""}


def manage(arguments: list[str], outer: Mapping[str, str], teller: Teller) -> int:
    """Whatever the command does to the database, the next `run` looks at all of it again."""
    base = surroundings.clean(outer)
    readiness.forget()
    try:
        with lock.held(running.LOCK):
            return with_own_servers(arguments, base, teller)
    except Refusal as refusal:
        if refusal.code != ALREADY_RUNNING:
            raise
    return call(arguments, django(base, running_servers()))


def with_own_servers(arguments: list[str], base: Mapping[str, str], teller: Teller) -> int:
    running.clear_left_overs(teller)
    running.set_up(packages.RUN, VAR / "vendor", base, teller)
    crew = Crew(VAR / "log", teller)
    try:
        found = servers.up(VAR, places.socket_folder(), crew, base, teller)
        environment = django(base, found.addresses)
        prepare(arguments[0] if arguments else "", found, environment, teller)
        return call(arguments, environment)
    finally:
        crew.stop()


def prepare(command: str, found: servers.Servers, environment: Mapping[str, str], teller: Teller) -> None:
    """A new database gets its tables and reference data first; one that is known to have them is left alone."""
    if command in AS_IT_IS:
        return
    state = running.migrations()
    if found.embedded and not found.fresh and running.prepared() == state:
        return
    preparation.run(("messages", "migrate", "load_reference"), environment, VAR / "log", teller)
    if found.embedded:
        running.PREPARED.write_text(state, encoding="utf-8")


def running_servers() -> dict[str, str]:
    """:raises Refusal: when whoever holds the lock does not bring up a database."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        addresses = dict(running.RECORD.read().get("servers", {}))
        if "DATABASE_URL" in addresses:
            return addresses
        time.sleep(0.2)
    raise Refusal("The portal is being started from this folder, but its database does not answer.")


def django(base: Mapping[str, str], addresses: Mapping[str, str]) -> dict[str, str]:
    secret = surroundings.secret_key(VAR / "secret-key")
    address = Address.from_environment(base)
    environment = surroundings.django(
        base, addresses, var=VAR, address=address, kind=base.get("PORTAL_ENV", "development"), secret=secret
    )
    return surroundings.worker(environment)


def call(arguments: list[str], environment: Mapping[str, str]) -> int:
    """From where the person stands: a file is named as they see it."""
    return attached([str(part) for part in surroundings.manage(*arguments)], environment, cwd=Path.cwd())


def attached(command: list[str], environment: Mapping[str, str], *, cwd: Path = ROOT) -> int:
    """With the person's terminal; Ctrl-C is the command's to answer, and its code is ours."""
    process = spawn(command, environment, own_session=False, cwd=cwd)
    while True:
        try:
            code = process.wait()
            return code if code >= 0 else 128 - code
        except Stop:
            if process.poll() is None:
                finish(process)


def finish(process: "subprocess.Popen[bytes]") -> None:
    """A terminal's Ctrl-C has reached it already; a signal to the launcher alone has not."""
    try:
        process.wait(2.0)
    except subprocess.TimeoutExpired:
        stop_one(process, signal.SIGINT, 20.0)
