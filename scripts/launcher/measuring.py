"""`bench`: a benchmark by its name on servers that are thrown away; the load on those of ``var/``, whose data stays."""

from collections.abc import Mapping

from . import lock, packages, places, preparation, running, servers, surroundings
from .checking import laid_out
from .children import Crew
from .managing import attached
from .places import VAR, Address
from .saying import Teller

RUN = ("-m", "benchmarks.run")


def bench(arguments: list[str], outer: Mapping[str, str], teller: Teller) -> int:
    """A word that does not begin with a dash is the name of a benchmark."""
    if arguments and not arguments[0].startswith("-"):
        return by_name(arguments, outer, teller)
    return under_load(arguments, outer, teller)


def by_name(arguments: list[str], outer: Mapping[str, str], teller: Teller) -> int:
    with laid_out(outer, teller, kind="development") as laid:
        steps = ("messages", "migrate", "load_reference", "collectstatic")
        preparation.run(steps, surroundings.worker(laid.environment), laid.logs, teller)
        return attached([str(part) for part in surroundings.python(*RUN, *arguments)], laid.environment)


def under_load(arguments: list[str], outer: Mapping[str, str], teller: Teller) -> int:
    """The national data takes minutes to load and is kept in databases of its own; nothing else may run meanwhile."""
    base = surroundings.clean(outer)
    with lock.held(running.LOCK):
        running.clear_left_overs(teller)
        running.set_up(packages.DEVELOP, VAR / "vendor", base, teller)
        crew = Crew(VAR / "log", teller)
        try:
            found = servers.up(VAR, places.socket_folder(), crew, base, teller)
            environment = production(base, found.addresses)
            preparation.run(("messages", "collectstatic"), environment, VAR / "log", teller)
            return attached([str(part) for part in surroundings.python(*RUN, *arguments)], environment)
        finally:
            crew.stop()


def production(base: Mapping[str, str], addresses: Mapping[str, str]) -> dict[str, str]:
    """The settings of a deployment; statements of the benchmark itself may take longer, those of the web may not."""
    secret = surroundings.secret_key(VAR / "secret-key")
    address = Address.from_environment(base)
    made = surroundings.django(base, addresses, var=VAR, address=address, kind="production", secret=secret)
    return surroundings.worker({**made, "PORTAL_BEHIND_PROXY": "1"})
