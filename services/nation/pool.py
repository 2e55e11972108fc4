"""The pool: who offers what, by which credentials. Each institution follows from its number alone."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from services.catalogue.models import ServiceItem
from services.nation.chance import mixed, one_of, random_of, skewed, weighed
from services.nation.places import Place, Places
from services.nation.plan import Plan
from services.nation.words import WORDS

BOARDS = {"TI": 0.34, "SM": 0.24, "CA": 0.14, "MC": 0.13, "IP": 0.08, "LS": 0.07}
NONE = "NONE"


@dataclass(frozen=True)
class Item:
    code: str
    board: str
    name: str
    days: int
    requires: tuple[str, ...]
    delivers: str
    version: int


@dataclass(frozen=True)
class Body:
    """One institution. ``credentials`` are types; the number of one is ``8 * number + place``."""

    number: int
    name: str
    place: Place
    board: str
    items: tuple[Item, ...]
    credentials: tuple[str, ...]

    def credential_for(self, item: Item) -> int | None:
        for kind in item.requires:
            if kind in self.credentials:
                return credential_number(self.number, self.credentials.index(kind))
        return None


def credential_number(body: int, place: int) -> int:
    return 8 * body + place


class Pool:
    def __init__(self, plan: Plan, places: Places) -> None:
        self.plan, self.places = plan, places
        rows = ServiceItem.objects.offered().filter(designated_only=False).order_by("code")
        self.items = [
            Item(
                row.code,
                row.board_id,
                row.name_zh,
                row.promised_working_days,
                tuple(kind for kind in row.required_credentials if kind != NONE),
                row.delivery[0],
                row.version,
            )
            for row in rows
        ]
        Random(plan.seed).shuffle(self.items)  # noqa: S311 - rows to measure with
        self._of_board = {board: [item for item in self.items if item.board == board] for board in BOARDS}

    @cached_property
    def bodies(self) -> list[Body]:
        """All of them, number 1 first."""
        return [self._body(number) for number in range(1, self.plan.institutions + 1)]

    @cached_property
    def holders(self) -> dict[str, list[Body]]:
        """Who offers an item, the busiest first."""
        found: dict[str, list[Body]] = {item.code: [] for item in self.items}
        for body in self.bodies:
            for item in body.items:
                found[item.code].append(body)
        return found

    def asked_for(self, rng: Random) -> Item:
        """The item of a need: few are asked for often, most seldom; only those that somebody offers."""
        while True:
            item = self.items[skewed(rng, len(self.items), 2.2)]
            if self.holders[item.code]:
                return item

    def candidate(self, rng: Random, item: Item, place: Place) -> Body:
        """Who is asked: the busier and the nearer, the likelier."""
        held = self.holders[item.code]
        found = one_of(rng, held, 2)
        for _look in range(4):
            if found.place.province == place.province:
                break
            found = one_of(rng, held, 2)
        return found

    def _body(self, number: int) -> Body:
        rng = random_of(self.plan.seed, "body", number)
        place = self.places.at(mixed(self.plan.seed, 2, number))
        board = weighed(rng, list(BOARDS.items()))
        items = self._offered(rng, board)
        needed = dict.fromkeys(kind for item in items for kind in item.requires)
        credentials = tuple(needed)[:7] or ("CMA",)
        kept = tuple(item for item in items if not item.requires or set(item.requires) & set(credentials))
        kind = one_of(rng, WORDS["bodies"][board])
        name = f"{WORDS['fictional']}{place.short}{_brand(number)}{kind}"
        return Body(number, name, place, board, kept, credentials)

    def _offered(self, rng: Random, board: str) -> list[Item]:
        own, all_items = self._of_board[board], self.items
        chosen = {one_of(rng, own, 1.5).code: None for _each in range(4 + skewed(rng, 20))}
        chosen |= {one_of(rng, all_items, 2).code: None for _each in range(skewed(rng, 4))}
        by_code = {item.code: item for item in all_items}
        return [by_code[code] for code in chosen]


def _brand(number: int) -> str:
    """Three signs that no other institution has: names in the pool are unique."""
    first, second, third = WORDS["first"], WORDS["second"], WORDS["third"]
    number, one = divmod(number, len(first))
    number, two = divmod(number, len(second))
    return first[one] + second[two] + (third[number] if number < len(third) else str(number))
