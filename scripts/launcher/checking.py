"""`test` and `lint`: with servers of their own in a folder that is thrown away; ``var/`` is not touched."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import browser, packages, preparation, running, servers, surroundings
from .children import Crew
from .managing import attached
from .places import ROOT, VENV, Address
from .saying import Teller

IN_PARALLEL = ("-n", "3", "--dist", "loadgroup", "--no-loadscope-reorder")
"""Three keep two cores busy, since journeys and faults wait; a choice of tests is sooner done by one process."""
COMPOSE = ("docker-compose.yml", "deploy/compose/several-hosts.yml")
SOURCES = ("portal", "enterprises", "experts", "services", "scripts", "benchmarks")


@dataclass(frozen=True)
class Bench:
    """What the commands of this module work with."""

    environment: dict[str, str]
    logs: Path
    teller: Teller


@contextmanager
def laid_out(outer: Mapping[str, str], teller: Teller, kind: str = "test") -> Iterator[Bench]:
    base = surroundings.clean(outer)
    with servers.throw_away_folder() as folder:
        var, logs = folder / "var", folder / "log"
        running.set_up(packages.DEVELOP, var / "vendor", base, teller)
        crew = Crew(logs, teller)
        with servers.throw_away(crew, folder, base, teller) as found:
            address = Address.from_environment(base)
            secret = secrets.token_urlsafe(64)
            environment = surroundings.django(base, found.addresses, var=var, address=address, kind=kind, secret=secret)
            environment.pop("PYTHONDONTWRITEBYTECODE", None)  # dozens of processes would compile the same modules
            yield Bench(environment, logs, teller)


def test(arguments: list[str], outer: Mapping[str, str], teller: Teller) -> int:
    with laid_out(outer, teller) as bench:
        chromium = browser.ensure(bench.environment, teller)
        preparation.run(("messages",), bench.environment, bench.logs, teller)
        environment = {**bench.environment, **({"PORTAL_CHROMIUM": chromium} if chromium else {})}
        return attached(
            [str(part) for part in surroundings.python("-m", "pytest", *(arguments or IN_PARALLEL))], environment
        )


def lint(outer: Mapping[str, str], teller: Teller) -> int:
    """Every check is made, whatever the first ones say; the code is that of the first that failed."""
    with laid_out(outer, teller) as bench:
        preparation.run(("messages",), bench.environment, bench.logs, teller)
        codes = {name: named_check(name, check, bench) for name, check in checks().items()}
    failed = {name: code for name, code in codes.items() if code}
    teller.note(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return next(iter(failed.values()), 0)


def named_check(name: str, check: Callable[[Bench], int], bench: Bench) -> int:
    with bench.teller.step(name) as said:
        code = check(bench)
        said.append(name if code == 0 else f"{name}: failed with code {code}")
    return code


def checks() -> dict[str, Callable[[Bench], int]]:
    return {
        "ruff check": tool("ruff", "check", "."),
        "ruff format": tool("ruff", "format", "--check", "."),
        "mypy": tool("mypy", *SOURCES),
        "djlint": tool("djlint", "templates", "--lint", "--quiet"),
        "import contracts": tool("lint-imports"),
        "missing migrations": management("makemigrations", "--check", "--dry-run"),
        "migrations": program(ROOT / "scripts" / "lint_migrations.py"),
        "deployment settings": deployment,
        "compose files": tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", *COMPOSE),
        "Kubernetes manifests": program(ROOT / "scripts" / "lint_manifests.py"),
    }


def tool(name: str, *arguments: str) -> Callable[[Bench], int]:
    return lambda bench: attached([str(VENV / "bin" / name), *arguments], bench.environment)


def management(*arguments: str) -> Callable[[Bench], int]:
    return lambda bench: attached([str(part) for part in surroundings.manage(*arguments)], bench.environment)


def program(path: Path) -> Callable[[Bench], int]:
    return lambda bench: attached([str(part) for part in surroundings.python(path)], bench.environment)


def deployment(bench: Bench) -> int:
    """As a deployment would start: production settings, behind a proxy that speaks TLS."""
    production = {
        "PORTAL_ENV": "production",
        "PORTAL_SITE_URL": "https://portal.example",
        "PORTAL_ALLOWED_HOSTS": "portal.example",
        "PORTAL_BEHIND_PROXY": "1",
    }
    command = [str(part) for part in surroundings.manage("check", "--deploy", "--fail-level", "WARNING")]
    return attached(command, {**bench.environment, **production})
