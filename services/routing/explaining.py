"""One record, read by three: staff read everything, the institution only of itself, the enterprise why it was this one.

Takes the codes and facts as a record keeps them, so a run of a year ago explains itself in today's language.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from experts.scores import PUBLIC_FROM
from portal.reference.bilingual import in_language
from services.routing import sentences
from services.routing.gates import OPERATOR
from services.routing.matching import Excluded, Match
from services.routing.models import MatchRecord
from services.routing.sentences import Sentences

DATES = frozenset({"on", "until", "needed_on", "begins"})
FULLER = {"rating": ("response_rate", "rating.asked"), "acceptance": ("hours", "acceptance.hours")}
"""Where there is that fact, the other sentence."""
MOST_REASONS = 3
WORTH_SAYING = 0.6


@dataclass(frozen=True)
class FactorLine:
    """As the factors component draws it."""

    name: str
    percent: int
    worth: str
    why: str
    as_of: str = ""


@dataclass(frozen=True)
class RankedLine:
    institution: int
    name: str
    points: float
    confidence: int
    factors: list[FactorLine]
    asks: list[str]
    operator: bool = False


@dataclass(frozen=True)
class ExcludedLine:
    institution: int
    name: str
    gate: str
    why: str
    remedy: str = ""


@dataclass(frozen=True)
class ForStaff:
    """Everything."""

    ranked: list[RankedLine]
    excluded: list[ExcludedLine]
    asks: list[str]
    rule_version: str
    more: int = 0
    more_excluded: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class ForInstitution:
    """Why it was asked, or which gate was shut; nothing about anybody else."""

    reasons: list[str]
    shut: str


@dataclass(frozen=True)
class ForEnterprise:
    """Why this one; of the others only how many, and why they could not be asked, without names."""

    name: str
    reasons: list[str]
    considered: int
    not_asked: list[tuple[str, int]]
    another_ranked_first: bool
    operator: bool = False


def for_staff(source: Match | MatchRecord) -> ForStaff:
    """A run, live or stored."""
    facts, ranked, excluded = _parts(source)
    names, behind = facts.get("names", {}), facts.get("behind", {})
    return ForStaff(
        ranked=[_ranked(row, names) for row in ranked],
        excluded=_nearest_first([_excluded(row, names) for row in sorted(excluded, key=_far)]),
        asks=[_ask(ask, names) for ask in facts.get("asks", [])],
        rule_version=source.rule_version,
        more=behind.get("", 0),
        more_excluded=[(str(name), behind[gate]) for gate, name in sentences.GATE_NAMES.items() if behind.get(gate)],
    )


def for_institution(record: MatchRecord, institution: int) -> ForInstitution:
    """What one institution may read of a record."""
    facts, ranked, excluded = _parts(record)
    for row in ranked:
        if row["institution"] == institution:
            return ForInstitution(_reasons(row, sentences.GOOD_FOR_INSTITUTION, fewest_answers=1), "")
    for row in excluded:
        if row["institution"] == institution:
            why = say(sentences.SHUT_FOR_INSTITUTION, row["code"], row["facts"], facts.get("names", {}))
            return ForInstitution([], why)
    return ForInstitution([], "")


def for_enterprise(record: MatchRecord) -> ForEnterprise:
    """What the enterprise may read: a score only from three answers."""
    facts, ranked, excluded = _parts(record)
    behind = facts.get("behind", {})
    chosen = next(row for row in ranked if row["institution"] == record.chosen_id)
    shut = Counter(row["gate"] for row in excluded) + Counter(behind)
    return ForEnterprise(
        name=in_language(chosen["name_zh"], chosen["name_en"]),
        reasons=_reasons(chosen, sentences.GOOD_FOR_ENTERPRISE, fewest_answers=PUBLIC_FROM),
        considered=len(ranked) + len(excluded) + sum(behind.values()),
        not_asked=[(str(text), shut[gate]) for gate, text in sentences.SHUT_FOR_ENTERPRISE.items() if shut[gate]],
        another_ranked_first=record.chosen_id != record.first_id,
        operator=_operates(chosen),
    )


def refusal(excluded: Excluded, names: Mapping[str, Any] | None = None) -> str:
    """One sentence for staff: which gate, and why."""
    row = excluded.as_json()
    return (
        f"{sentences.GATE_NAMES[row['gate']]}: {say(sentences.SHUT_FOR_STAFF, row['code'], row['facts'], names or {})}"
    )


def _parts(source: Match | MatchRecord) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    if isinstance(source, MatchRecord):
        return source.facts, source.ranked, source.excluded
    ranked = [row.as_json() for row in source.ranked]
    return source.facts_as_json(), ranked, [row.as_json() for row in source.excluded]


def _ranked(row: Mapping[str, Any], names: Mapping[str, Any]) -> RankedLine:
    return RankedLine(
        institution=row["institution"],
        name=in_language(row["name_zh"], row["name_en"]),
        points=row["points"],
        confidence=round(100 * row["confidence"]),
        factors=[factor_line(factor, names) for factor in row["factors"]],
        asks=[_ask(ask, names) for ask in row["asks"]],
        operator=_operates(row),
    )


def _operates(row: Mapping[str, Any]) -> bool:
    return any(ask["code"] == OPERATOR for ask in row["asks"])


def _excluded(row: Mapping[str, Any], names: Mapping[str, Any]) -> ExcludedLine:
    return ExcludedLine(
        institution=row["institution"],
        name=in_language(row["name_zh"], row["name_en"]),
        gate=str(sentences.GATE_NAMES[row["gate"]]),
        why=say(sentences.SHUT_FOR_STAFF, row["code"], row["facts"], names),
        remedy=say(sentences.REMEDIES, row["code"], row["facts"], names) if row["code"] in sentences.REMEDIES else "",
    )


def _far(row: Mapping[str, Any]) -> float:
    """Records of older rules do not say how near an institution is."""
    return -float(row.get("near", 0))


def _nearest_first(lines: list[ExcludedLine]) -> list[ExcludedLine]:
    """Those that could become eligible before those that cannot."""
    return sorted(lines, key=lambda line: not line.remedy)


def factor_line(factor: Mapping[str, Any], names: Mapping[str, Any]) -> FactorLine:
    return FactorLine(
        name=str(sentences.FACTOR_NAMES[factor["code"]]),
        percent=round(100 * factor["value"]),
        worth=worth(factor),
        why=say(sentences.EVIDENCE, _evidence(factor), factor["facts"], names),
        as_of=_day(factor["on"]) if factor.get("on") else "",
    )


def worth(factor: Mapping[str, Any]) -> str:
    return _("weight %(weight)s") % {"weight": factor["weight"]}


def _evidence(factor: Mapping[str, Any]) -> str:
    """Which sentence fits the factor's value and facts."""
    code, facts = factor["code"], factor["facts"]
    if not factor["known"]:
        return f"{code}.unknown"
    if code == "distance":
        return f"distance.{round(100 * factor['value'])}"
    if code == "price":
        return f"price.{facts['fee']}"
    if code in FULLER and FULLER[code][0] in facts:
        return FULLER[code][1]
    if (code == "credential" and not facts["held"]) or (code == "past_work" and facts["times"] == "0"):
        return f"{code}.none"
    return str(code)


def _reasons(row: Mapping[str, Any], table: Sentences, *, fewest_answers: int) -> list[str]:
    """The heaviest good points, three at most, in the words of ``table``."""
    good = [factor for factor in row["factors"] if factor["known"] and factor["value"] >= WORTH_SAYING]
    good.sort(key=lambda factor: -factor["weight"] * factor["value"])
    said = [
        say(table, code, factor["facts"], {})
        for factor in good
        if (code := _evidence(factor)) in table
        and (factor["code"] != "rating" or int(factor["facts"]["n"]) >= fewest_answers)
    ]
    return said[:MOST_REASONS]


def _ask(ask: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    return say(sentences.ASKED, ask["code"], ask["facts"], names)


def say(table: Sentences, code: str, facts: Mapping[str, str], names: Mapping[str, Any]) -> str:
    """The sentence with dates and names in the reader's language."""
    said = _Said({key: _day(value) if key in DATES else value for key, value in facts.items()})
    for key in ("credential", "question"):
        if key in said:
            said[key] = in_language(*names.get(said[key], (said[key], said[key])))
    said["via"] = _(" (through %(name)s, under the same control)") % {"name": facts["via"]} if facts.get("via") else ""
    return str(table[code]) % said


class _Said(dict[str, str]):
    """A record of an older rule may lack a fact that the sentence of today asks for."""

    def __missing__(self, key: str) -> str:
        return "–"


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), _("j M Y"))
