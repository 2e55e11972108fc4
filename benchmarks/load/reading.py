"""What people look at, each beside the bare view of the same rows."""

from collections.abc import Callable, Iterator
from itertools import cycle
from urllib.parse import urlencode

from benchmarks.load.people import Person
from benchmarks.load.world import Scenario, Step, World, get
from portal import words

DIRECTORY_WORD = "检测"
DATA = frozenset({"calendar", "desk-list", "own-list", "referrals"})
"""Kinds that the bare view answers as JSON."""
Paths = Callable[[World, int], str | list[str]]


def page(crowd: str, paths: Paths) -> Callable[[World, int], Step]:
    """A page of somebody who is signed in; each client looks at the paths in turn, from another place on."""

    def of(world: World, client: int) -> Step:
        one, turn = person(world, crowd, client), in_turn(paths(world, client), client)
        return lambda asks: get(asks, next(turn), one.cookie, 200, 302)

    return of


def listed(crowd: str, paths: Paths) -> Callable[[World, int], Step]:
    """The same for a program."""

    def of(world: World, client: int) -> Step:
        one, turn = person(world, crowd, client), in_turn(paths(world, client), client)
        return lambda asks: get(asks, next(turn), one.key)

    return of


def public(paths: Paths) -> Callable[[World, int], Step]:
    def of(world: World, client: int) -> Step:
        turn = in_turn(paths(world, client), client)
        return lambda asks: get(asks, next(turn), {})

    return of


def person(world: World, crowd: str, client: int) -> Person:
    people: list[Person] = getattr(world, crowd)
    return people[client % len(people)]


def in_turn(paths: str | list[str], client: int) -> Iterator[str]:
    found = [paths] if isinstance(paths, str) else paths
    at = client % len(found)
    return cycle(found[at:] + found[:at])


def bare(kind: str, name: str, **values: Callable[[World, int], str | int | list[str]]) -> Paths:
    """Addresses of the bare page with as many bytes as the portal's page of that name has; one for each of the values
    where there are several.
    """
    place = "data" if kind in DATA else "pages"

    def of(world: World, client: int) -> list[str]:
        known = {key: value(world, client) for key, value in values.items()}
        known["bytes"] = world.sizes.get(name, 0)
        several = next((key for key, value in known.items() if isinstance(value, list)), "bytes")
        found = known[several]
        each = found if isinstance(found, list) else [found]
        return [f"/{place}/{kind}/?{urlencode({**known, several: one})}" for one in each]

    return of


def always(path: str) -> Paths:
    return lambda _world, _client: path


def term(name: str) -> Paths:
    return lambda world, _client: f"/triage/?{urlencode({'tab': 'all', 'q': world.subjects.terms[name]})}"


def everywhere(world: World, _client: int) -> str:
    return f"/cases/?{urlencode({'tab': 'done', 'q': world.subjects.terms['search_common']})}"


def asked(name: str) -> Callable[[World, int], str]:
    return lambda world, _client: words.tsquery(world.subjects.terms[name])


def numbers(world: World, _client: int) -> list[str]:
    return world.subjects.numbers


def own_numbers(world: World, client: int) -> list[str]:
    return world.subjects.own[person(world, "firms", client).place]


def desk_cases(world: World, _client: int) -> list[str]:
    return [f"/triage/{number}/" for number in world.subjects.numbers]


def own_cases(world: World, client: int) -> list[str]:
    return [f"/cases/{number}/" for number in own_numbers(world, client)]


def week(world: World, _client: int) -> str:
    query = urlencode({"start": begins(world, 0), "end": ends(world, 0)})
    return f"/boards/labs/equipment/{world.subjects.instrument}/times/?{query}"


def begins(world: World, _client: int) -> str:
    return world.subjects.week[0].isoformat()


def ends(world: World, _client: int) -> str:
    return world.subjects.week[1].isoformat()


def instrument(world: World, _client: int) -> int:
    return world.subjects.instrument


def board(world: World, _client: int) -> str:
    return world.subjects.board


def normal(_world: World, _client: int) -> str:
    return "normal"


def served(world: World, _client: int) -> str:
    return f"/triage/?{urlencode({'tab': 'service', 'urgency': 'normal', 'board': world.subjects.board})}"


def number(world: World, _client: int) -> str:
    return world.subjects.terms["search_number"]


def search(name: str, label: str) -> Scenario:
    return Scenario(name, label, page("desk", term(name)), page("desk", bare("search", name, words=asked(name))))


CALENDAR = bare("calendar", "calendar", equipment=instrument, start=begins, end=ends)
READING = (
    Scenario("home", "public home", public(always("/"))),
    Scenario("directory", "directory search", public(always(f"/directory/?{urlencode({'q': DIRECTORY_WORD})}"))),
    Scenario(
        "queue",
        "triage queue, default view",
        page("desk", always("/triage/")),
        page("desk", bare("queue", "queue")),
    ),
    Scenario(
        "filtered",
        "triage queue, filtered",
        page("desk", served),
        page("desk", bare("filtered", "filtered", urgency=normal, board=board)),
    ),
    Scenario(
        "case_page",
        "case page at the desk",
        page("desk", desk_cases),
        page("desk", bare("case", "case_page", number=numbers)),
    ),
    Scenario(
        "case_own",
        "case page of the enterprise",
        page("firms", own_cases),
        page("firms", bare("own-case", "case_own", number=own_numbers)),
    ),
    search("search_2", "search, 2 characters"),
    search("search_3", "search, 3 characters"),
    search("search_6", "search, 6 characters"),
    search("search_common", "search, the most common word"),
    Scenario(
        "search_number",
        "search by number",
        page("desk", term("search_number")),
        page("desk", bare("number", "search_number", number=number)),
    ),
    Scenario(
        "search_nation",
        "search over all stations",
        page("nation", everywhere),
        page("nation", bare("search", "search_nation", words=asked("search_common"))),
    ),
    Scenario("calendar", "week of an instrument", public(week), public(CALENDAR)),
    Scenario(
        "api_desk",
        "API: cases of the desk",
        listed("desk", always("/api/v1/desk/cases/")),
        listed("desk", bare("desk-list", "api_desk")),
    ),
    Scenario(
        "api_own",
        "API: own cases",
        listed("firms", always("/api/v1/cases/")),
        listed("firms", bare("own-list", "api_own")),
    ),
    Scenario(
        "api_referrals",
        "API: referrals of the desk",
        listed("desk", always("/api/v1/referrals/")),
        listed("desk", bare("referrals", "api_referrals")),
    ),
)
