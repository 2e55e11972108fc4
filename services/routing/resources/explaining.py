"""Experts and instruments of a run, live or stored, in words for staff. Records keep numbers; names are read afresh."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from experts.models import Equipment, Expert
from services.routing import explaining
from services.routing.explaining import FactorLine
from services.routing.resources import sentences
from services.routing.resources.calling import EXPERT


@dataclass(frozen=True)
class Who:
    """What staff read of an expert or instrument: its name, whose it is, and what is to be known before it is asked."""

    name: str
    of: str
    note: str = ""


@dataclass(frozen=True)
class RankedLine:
    who: Who
    points: float
    factors: list[FactorLine]
    asks: list[str]


@dataclass(frozen=True)
class ExcludedLine:
    name: str
    gate: str
    why: str


@dataclass(frozen=True)
class ForStaff:
    title: str
    icon: str
    ranked: list[RankedLine]
    excluded: list[ExcludedLine]
    more: int
    more_excluded: list[tuple[str, int]]


def for_staff(stored: Iterable[Mapping[str, Any]]) -> list[ForStaff]:
    """Takes what :meth:`Resources.as_json` gives. One query for each kind."""
    return [_of_kind(row) for row in stored]


def _of_kind(row: Mapping[str, Any]) -> ForStaff:
    kind, behind = row["kind"], row["behind"]
    people = _people(kind, [each["id"] for each in (*row["ranked"], *row["excluded"])])
    return ForStaff(
        title=str(sentences.TITLES[kind]),
        icon=sentences.ICONS[kind],
        ranked=[_ranked(each, people) for each in row["ranked"]],
        excluded=[_excluded(kind, each, people) for each in row["excluded"]],
        more=behind.get("", 0),
        more_excluded=[(str(name), behind[gate]) for gate, name in sentences.GATE_NAMES.items() if behind.get(gate)],
    )


def _people(kind: str, ids: list[int]) -> dict[int, Who]:
    if kind == EXPERT:
        experts = Expert.objects.filter(pk__in=ids).select_related("employer")
        return {one.pk: Who(one.name, _joined(one.title, _employer(one)), one.availability) for one in experts}
    tools = Equipment.objects.filter(pk__in=ids).select_related("owner")
    return {
        one.pk: Who(f"{one.name} {one.model}".strip(), one.owner.name, _joined(one.fee, one.conditions))
        for one in tools
    }


def _employer(expert: Expert) -> str:
    return expert.employer.name if expert.employer else expert.employer_name


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _ranked(row: Mapping[str, Any], people: Mapping[int, Who]) -> RankedLine:
    return RankedLine(
        who=people.get(row["id"], _gone()),
        points=row["points"],
        factors=[_factor(factor) for factor in row["factors"]],
        asks=[explaining.say(sentences.ASKED, ask["code"], ask["facts"], {}) for ask in row["asks"]],
    )


def _excluded(kind: str, row: Mapping[str, Any], people: Mapping[int, Who]) -> ExcludedLine:
    who = people.get(row["id"], _gone())
    return ExcludedLine(
        name=f"{who.name} · {who.of}" if who.of else who.name,
        gate=str(sentences.GATE_NAMES[row["gate"]]),
        why=explaining.say(sentences.SHUT[kind], row["code"], row["facts"], {}),
    )


def _factor(factor: Mapping[str, Any]) -> FactorLine:
    code = factor["code"]
    if code not in sentences.OWN_FACTORS:
        return explaining.factor_line(factor, {})
    why = explaining.say(sentences.EVIDENCE, code if factor["known"] else f"{code}.unknown", factor["facts"], {})
    return FactorLine(str(sentences.OWN_FACTORS[code]), round(100 * factor["value"]), explaining.worth(factor), why)


def _gone() -> Who:
    return Who(_("no longer on record"), "")
