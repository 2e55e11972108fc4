"""Where everything is: regions with more and fewer people, and the tree of stations over them."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from portal.reference.models import Region
from services.nation.chance import skewed
from services.nation.plan import Plan
from services.nation.streams import Sheets, array
from services.nation.words import WORDS
from services.stations.models import Station

COLUMNS = {
    "stations_station": (
        "id, name_zh, name_en, kind, parent_id, line, region_id, address_zh, address_en, phone, hours, active"
    )
}
SHARES = {Station.Kind.BASE: 0.25, Station.Kind.WINDOW: 0.4}
"""Of the stations below the centres of the provinces; the rest are posts."""


@dataclass(frozen=True)
class Place:
    code: str
    name: str

    @property
    def short(self) -> str:
        """Without what kind of place it is: 成都市 → 成都."""
        return self.name[:-1] if len(self.name) > 2 else self.name

    @property
    def province(self) -> str:
        return self.code[:2]


class Places:
    """Counties in an order of their own, the busiest first, and who serves them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        rows = Region.objects.choosable().filter(level__in=[1, 2, 3]).order_by("code")
        known = {row.code: Place(row.code, row.name_zh) for row in rows}
        inner = {code[:4] + "00" for code in known if not code.endswith("00")}
        outer = {code for code in known if not code.endswith("0000") and code not in inner}
        self.provinces = [known[code] for code in sorted(known) if code.endswith("0000")]
        self.counties = [known[code] for code in sorted(outer)]
        Random(plan.seed).shuffle(self.counties)  # noqa: S311 - rows to measure with
        Random(plan.seed).shuffle(self.provinces)  # noqa: S311

    def at(self, bits: int) -> Place:
        """The place that falls to 64 bits of chance; a tenth of the counties has half of everything."""
        share = (bits & 0xFFFFFFFF) / 2**32
        return self.counties[int(len(self.counties) * share**3)]

    @cached_property
    def stations(self) -> list["Post"]:
        """The national centre, one for each province while they last, then bases, windows and posts."""
        posts = [Post(1, Station.Kind.CENTRE, None, self.provinces[0], WORDS["nation"])]
        rng = Random(self.plan.seed)  # noqa: S311
        for place in self.provinces[: max(1, self.plan.stations // 3)]:
            posts.append(Post(len(posts) + 1, Station.Kind.CENTRE, 1, place, place.short))
        centres = {post.place.province: post.number for post in posts[1:]}
        while len(posts) < self.plan.stations:
            place = self.counties[skewed(rng, len(self.counties))]
            above = centres.get(place.province, 1)
            posts.append(Post(len(posts) + 1, _kind(rng.random()), above, place, f"{place.short}{len(posts)}"))
        return posts

    @cached_property
    def _of_province(self) -> dict[str, list["Post"]]:
        found: dict[str, list[Post]] = {}
        for post in self.stations[1:]:
            found.setdefault(post.place.province, []).append(post)
        return found

    def station_for(self, place: Place, rng: Random) -> int:
        """One of the stations of the province, the first ones more often; the national centre where there is none."""
        near = self._of_province.get(place.province)
        return near[skewed(rng, len(near), 2.5)].number if near else 1

    def write(self, sheets: Sheets) -> None:
        for post in self.stations:
            line = [each for each in (1, post.above, post.number) if each]
            sheets.add(
                "stations_station",
                post.number,
                WORDS["fictional"] + post.name + WORDS["stations"][post.kind],
                f"Demo {post.kind} {post.number}",
                post.kind,
                post.above,
                array(dict.fromkeys(line)),
                post.place.code,
                WORDS["fictional"] + post.place.name + WORDS["places"],
                "",
                "",
                WORDS["hours"],
                "t",
            )


@dataclass(frozen=True)
class Post:
    number: int
    kind: str
    above: int | None
    place: Place
    name: str


def _kind(share: float) -> str:
    if share < SHARES[Station.Kind.BASE]:
        return Station.Kind.BASE
    return Station.Kind.WINDOW if share < sum(SHARES.values()) else Station.Kind.POST
