"""`run`: everything up, in order, watched until somebody asks for the end."""

import hashlib
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from . import assets, lock, packages, places, postbox, preparation, readiness, servers, surroundings
from .children import Crew, sweep
from .places import ROOT, VAR, Address
from .saying import PORT_TAKEN, Refusal, Teller
from .signals import Stop

GATE_SECONDS = 90.0
LOOK_SECONDS = 0.5
AFTER_LEFT_OVERS_SECONDS = 5.0
HEALTH_EVERY_SECONDS = 20.0
HEALTH_TIMEOUT_SECONDS = 5.0
STEPS = ("messages", "migrate", "load_reference", "load_demo", "collectstatic")
LOCK = VAR / ".lock"
RECORD = lock.Record(VAR / "run.json")
ACCOUNTS = VAR / "demo-accounts.json"
PREPARED = VAR / ".prepared"
CELERY = surroundings.python("-m", "celery", "-A")


def run(outer: Mapping[str, str], teller: Teller) -> int:
    address = Address.from_environment(outer)
    with lock.held(LOCK):
        VAR.chmod(0o700)
        cleared = clear_left_overs(teller)
        if not free(address, AFTER_LEFT_OVERS_SECONDS if cleared else 0.0):
            raise Refusal(f"Port {address.port} on {address.host} is taken; choose another PORTAL_PORT.", PORT_TAKEN)
        base = surroundings.clean(outer)
        set_up(packages.RUN, VAR / "vendor", base, teller)
        crew = Crew(VAR / "log", teller)
        try:
            return serve(address, crew, base, teller)
        except Refusal as refusal:
            teller.refuse(refusal)
            raise
        except Stop:
            teller.line("Stopping")
            raise
        finally:
            crew.stop()
            RECORD.remove()


def set_up(lists: tuple[str, ...], vendor: Path, base: Mapping[str, str], teller: Teller) -> None:
    with lock.waited_for(places.socket_folder() / "setup.lock"):
        packages.ensure(lists, base, teller)
        assets.ensure(vendor, base, teller)


def free(address: Address, patience: float) -> bool:
    """Whether the port is, or becomes so: a killed process lets go of it a moment later."""
    deadline = time.monotonic() + patience
    while address.taken():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def clear_left_overs(teller: Teller) -> bool:
    """What a killed launcher started is told by the kernel to end; here it is waited for."""
    left = RECORD.read().get("children", [])
    if left:
        with teller.step("Nothing was left over") as said:
            names = sweep(left)
            if names:
                said.append(f"Left over from a killed start, now ended: {', '.join(names)}")
    RECORD.remove()
    return bool(left)


def serve(address: Address, crew: Crew, base: Mapping[str, str], teller: Teller) -> int:
    found, environment = bring_up(address, crew, base, teller)
    before = ACCOUNTS.read_bytes() if ACCOUNTS.exists() else b""
    prepare(found, environment, teller)
    start_processes(address, crew, environment)
    gate(address, crew, teller)
    greet(address, before, teller)
    teller.note("\n".join(line for line in (postbox.notice(base), "Ctrl-C stops everything.") if line))
    return watch(address, crew, teller)


def bring_up(
    address: Address, crew: Crew, base: Mapping[str, str], teller: Teller
) -> tuple[servers.Servers, dict[str, str]]:
    """Database and broker, and the environment of whoever uses them; from here on `manage` can."""
    known = postbox.start(crew, base)

    def record() -> None:
        RECORD.write(
            {
                "pid": os.getpid(),
                "address": address.url,
                "servers": known,
                "children": [child.describe() for child in crew.children],
            }
        )

    crew.changed = record
    record()
    found = servers.up(VAR, places.socket_folder(), crew, base, teller)
    known.update(found.addresses)
    record()
    secret = surroundings.secret_key(VAR / "secret-key")
    return found, surroundings.django(base, known, var=VAR, address=address, kind="development", secret=secret)


def prepare(found: servers.Servers, environment: Mapping[str, str], teller: Teller) -> None:
    """All of it, or nothing where the last start did it and nothing has changed since."""
    if found.embedded and not found.fresh and readiness.holds(environment):
        teller.line("Database, demonstration centre and static files are in place")
        return
    readiness.forget()
    state = readiness.state(environment)
    preparation.run(STEPS, surroundings.worker(environment), VAR / "log", teller)
    PREPARED.write_text(migrations(), encoding="utf-8")
    readiness.keep(state)


def migrations() -> str:
    """One value for all migrations of the code, to see when a database is behind without asking Django."""
    files = sorted(path for path in ROOT.glob("[a-z]*/**/migrations/*.py") if "node_modules" not in path.parts)
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in files)).hexdigest()


def prepared() -> str:
    return PREPARED.read_text(encoding="utf-8") if PREPARED.exists() else ""


def start_processes(address: Address, crew: Crew, environment: Mapping[str, str]) -> None:
    crew.start("worker", worker(), surroundings.worker(environment))
    crew.start("beat", beat(VAR / "beat"), surroundings.worker(environment))
    crew.start("web", gunicorn(address), environment)


def worker() -> list[str | Path]:
    alone = ("--without-gossip", "--without-mingle")
    return [*CELERY, "portal.celery", "worker", "--concurrency", "2", "--loglevel", "INFO", *alone]


def beat(folder: Path) -> list[str | Path]:
    """:param folder: where it notes what it has done."""
    folder.mkdir(mode=0o700, exist_ok=True)
    return [*CELERY, "portal.beat", "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", folder / "schedule"]


def gunicorn(address: Address) -> list[str | Path]:
    shape = ("--worker-class", "gthread", "--workers", "2", "--threads", "4")
    limits = ("--timeout", "60", "--graceful-timeout", "10", "--max-requests", "20000", "--max-requests-jitter", "2000")
    address_bytes = ("--limit-request-line", "8190")  # a need of 500 Chinese characters takes 4,500
    kept = ("--keep-alive", "75")  # longer than a proxy keeps a connection, which else sends into one that just closes
    return surroundings.python(
        "-m",
        "gunicorn",
        "portal.wsgi:application",
        "--bind",
        address.bind,
        *shape,
        *limits,
        *address_bytes,
        *kept,
        "--preload",
        "--no-control-socket",
    )


def gate(address: Address, crew: Crew, teller: Teller) -> None:
    """Nobody is sent to an address that does not answer yet."""
    with teller.step("Web, worker and beat answer"):
        deadline = time.monotonic() + GATE_SECONDS
        while trouble := ailment(address):
            crew.check()
            if time.monotonic() > deadline:
                raise Refusal(f"{address.url}/healthz does not become well: {trouble}", log=VAR / "log" / "web.log")
            time.sleep(0.2)


def ailment(address: Address) -> str:
    """What /healthz complains of; empty when all is well. Asked directly, whatever proxy is configured."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address.url}/healthz", timeout=HEALTH_TIMEOUT_SECONDS) as answer:
            return "" if answer.status == 200 else f"status {answer.status}"
    except urllib.error.HTTPError as error:
        return f"status {error.code}, {error.read(400).decode('utf-8', 'replace').strip()}"
    except OSError as error:
        return f"no answer ({error})"


def greet(address: Address, before: bytes, teller: Teller) -> None:
    teller.note(f"\nThe portal answers at {address.url}\n")
    after = ACCOUNTS.read_bytes() if ACCOUNTS.exists() else b""
    if not after:
        return
    if after == before:
        teller.note(f"The demonstration accounts are in {ACCOUNTS.relative_to(ROOT)}.")
    else:
        teller.note(accounts(after))


def accounts(content: bytes) -> str:
    """The table that is shown once, when the accounts are new."""
    rows = [(role, str(row["username"]), str(row["password"])) for role, row in json.loads(content).items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"  {role:<{widths[0]}}  {name:<{widths[1]}}  {password}" for role, name, password in rows]
    where = f"(Shown this once; kept with their API tokens in {ACCOUNTS.relative_to(ROOT)}.)"
    return "\n".join(["Demonstration accounts: role, name, password", *lines, where])


def watch(address: Address, crew: Crew, teller: Teller) -> int:
    """Until a signal raises Stop. A dead part ends the run; a sick one is said, and said again when it is well."""
    ill = ""
    next_look = time.monotonic() + HEALTH_EVERY_SECONDS
    while True:
        crew.check()
        if time.monotonic() >= next_look:
            now_ill = ailment(address)
            if bool(now_ill) != bool(ill):
                teller.line(f"Not well: {now_ill}" if now_ill else "Well again")
            ill = now_ill
            next_look = time.monotonic() + HEALTH_EVERY_SECONDS
        time.sleep(LOOK_SECONDS)
