"""The targets, each judged from one run: met, not met, or not measured. Pure functions over the stored results."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from benchmarks.load.figures import ratio, worst

Results = dict[str, Any]
MET, NOT_MET, NOT_MEASURED = "met", "not met", "not measured"
FLAT, SEARCH_FLAT, THIRD = 1.3, 3.0, 1 / 3
STATEMENTS = {"queue": 12, "case_page": 20, "case_own": 20, "search_2": 8, "calendar": 10, "submit_page": 15}
QUEUE_BYTES = 60_000
CLOSE = ("queue", "filtered", "case_page", "case_own", "calendar", "api_desk", "api_own", "api_referrals")
WRITES = ("submit_page", "submit_api", "confirm", "accept", "deliver")
LEVELS = ("1", "8")
LAG_SECONDS, FLOOD_PER_SECOND, FLOOD_SECONDS = 10.0, 100.0, 60.0
MEMORY_MB, MEMORY_REQUESTS, GROWTH_MB = 130.0, 10_000, 10.0


@dataclass(frozen=True)
class Verdict:
    """``measured`` and ``bound`` in the unit of the target; ``where`` names scenario, scale or clients."""

    target: str
    where: str
    bound: str
    measured: str
    verdict: str
    note: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def judge(results: Results) -> list[Verdict]:
    return [verdict for rule in RULES for verdict in rule(results)]


def at_most(target: str, where: str, value: float | None, bound: float, shown: str = "{:.2f}") -> Verdict:
    holds = value is not None and value <= bound
    return _verdict(target, where, f"≤ {bound:g}", _shown(value, shown), holds=holds)


def at_least(target: str, where: str, value: float | None, bound: float, shown: str = "{:.2f}") -> Verdict:
    holds = value is not None and value >= bound
    return _verdict(target, where, f"≥ {bound:.2g}", _shown(value, shown), holds=holds)


def _verdict(target: str, where: str, bound: str, measured: str | None, *, holds: bool) -> Verdict:
    if measured is None:
        return Verdict(target, where, bound, "–", NOT_MEASURED)
    return Verdict(target, where, bound, measured, MET if holds else NOT_MET)


def _shown(value: float | None, how: str) -> str | None:
    return None if value is None else how.format(value)


def found(results: Results, scale: str, clients: str, *, scenario: str, side: str, name: str) -> float | None:
    """One figure; None where it was not measured, or nothing went through."""
    level = results["scales"].get(scale, {}).get("levels", {}).get(clients, {})
    side_of = level.get(scenario, {}).get(side) or {}
    return side_of.get(name) if side_of.get("operations") else None


def median(results: Results, scale: str, name: str) -> float | None:
    """Of the portal, at one client."""
    return _portal(results, scale, name, "p50")


def _portal(results: Results, scale: str, scenario: str, name: str) -> float | None:
    return found(results, scale, "1", scenario=scenario, side="portal", name=name)


def flat(results: Results) -> Iterator[Verdict]:
    """The median of what is read, at one client, at scale 1.0 beside 0.01."""
    for name in results["reads"]:
        large, small = (median(results, scale, name) for scale in ("1.0", "0.01"))
        yield at_most("median at 1.0 ÷ at 0.01", name, ratio(large, small), FLAT)


def search_flat(results: Results) -> Iterator[Verdict]:
    for name in (name for name in results["reads"] if name.startswith("search")):
        large, small = (
            found(results, scale, "1", scenario=name, side="portal", name="p95") for scale in ("1.0", "0.01")
        )
        yield at_most("search: p95 at 1.0 ÷ at 0.01", name, ratio(large, small), SEARCH_FLAT)


def close(results: Results) -> Iterator[Verdict]:
    """The lowest share of all scales and of one and eight clients; by processor time as a note."""
    for name in (*CLOSE, *WRITES):
        places = [(scale, clients) for scale in results["scales"] for clients in LEVELS]
        shares = {place: share(results, *place, name) for place in places}
        lowest = worst(shares.values(), low=True)
        where = next((place for place in places if shares[place] is not None and shares[place] == lowest), None)
        told = f"{name}, {where[1]} clients, {where[0]}" if where else name
        verdict = at_least("throughput ÷ that of the bare view", told, lowest, THIRD)
        known = worst((by_processor(results, *place, name) for place in places), low=True)
        yield replace(verdict, note=f"{known:.2f} by processor time" if known is not None else "")


def share(results: Results, scale: str, clients: str, name: str) -> float | None:
    sides = (found(results, scale, clients, scenario=name, side=side, name="per_second") for side in ("portal", "bare"))
    return ratio(*sides)


def by_processor(results: Results, scale: str, clients: str, name: str) -> float | None:
    """What the bare view costs web and database, as a share of what we cost them."""
    costs = []
    for side in ("bare", "portal"):
        parts = [
            found(results, scale, clients, scenario=name, side=side, name=part) for part in ("web_ms", "database_ms")
        ]
        costs.append(None if None in parts else sum(part or 0.0 for part in parts))
    return ratio(*costs)


def statements(results: Results) -> Iterator[Verdict]:
    for name, most in STATEMENTS.items():
        counts = [_counted(results, scale, name, "statements") for scale in results["scales"]]
        yield at_most("SQL statements", name, worst(counts, low=False), most, "{:.0f}")
    scales = results["scales"]
    pages = _all(results) & set(results["reads"])
    counting = {name for name in pages if any(_counted(results, scale, name, "counts") for scale in scales)}
    value = float(len(counting)) if pages else None
    yield at_most("pages that count a table", ", ".join(sorted(counting)) or "all", value, 0, "{:.0f}")


def _counted(results: Results, scale: str, name: str, what: str) -> float | None:
    counted = results["scales"][scale].get("counted", {}).get(name)
    return None if counted is None else counted[what]


def _all(results: Results) -> set[str]:
    return {name for scale in results["scales"].values() for name in scale.get("counted", {})}


def size(results: Results) -> Iterator[Verdict]:
    sizes = [_portal(results, scale, "queue", "bytes") for scale in results["scales"]]
    yield at_most("bytes of a queue page", "queue", worst(sizes, low=False), QUEUE_BYTES, "{:.0f}")


def worker(results: Results) -> Iterator[Verdict]:
    """Judged only where submissions, or what they owe, came as fast and as long as the target says."""
    _lag, rate, told = _minute(results.get("flood") or {})
    yield at_least("submissions a second over HTTP, held for 60 s", told, rate, FLOOD_PER_SECOND * 0.98)
    lag, rate, told = _minute(results.get("owed") or {})
    fast = rate is not None and rate >= FLOOD_PER_SECOND * 0.98
    yield at_most("outbox lag at the end, s", told, lag if fast else None, LAG_SECONDS, "{:.1f}")


def _minute(found: dict[str, Any]) -> tuple[float | None, float | None, str]:
    """Lag at the end and rate, None where the time was too short, and how both are told."""
    seconds, rate = found.get("seconds", 0.0), found.get("per_second")
    told = f"{seconds:.0f} s at {rate:.0f}/s" if rate else "none"
    return (found.get("lag_seconds"), rate, told) if seconds >= FLOOD_SECONDS * 0.98 else (None, None, told)


def memory(results: Results) -> Iterator[Verdict]:
    kept = results.get("memory") or {}
    enough = kept.get("requests", 0) >= MEMORY_REQUESTS and kept.get("scale") == "1.0"
    where = f"{kept.get('requests', 0)} requests at {kept.get('scale', '–')}"
    whole = at_most("MB of a web process", where, kept.get("after_mb") if enough else None, MEMORY_MB, "{:.0f}")
    yield replace(whole, note=f"{kept['own_mb']:.0f} MB of its own" if enough else "")
    growth = kept["after_mb"] - kept["half_mb"] if enough else None
    yield at_most("MB that it grew over the second half", where, growth, GROWTH_MB, "{:.1f}")


RULES: tuple[Callable[[Results], Iterator[Verdict]], ...] = (
    flat,
    search_flat,
    close,
    statements,
    size,
    worker,
    memory,
)
