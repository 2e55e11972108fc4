"""Size class of an enterprise by industry: 工信部联企业〔2011〕300 号 with the statistical scope of 2017.

An enterprise is large if it reaches *every* value of the rule for large, medium if every value for medium, small if
every value for small, otherwise micro. So 1,000 employees with a revenue of 39,999 (10,000 CNY) are medium.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RULES = Path(__file__).parent / "fixtures" / "sme_rules.json"
SPLIT = "split"
"""The `size_rule` of an industry whose parts have different rules; see ``portal.reference.Industry``."""

Quantity = int | Decimal | None


class SizeClass(models.TextChoices):
    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    UNKNOWN = "unknown", _("Not known yet")


QUANTITIES = {
    "employees": _("the head count is missing"),
    "revenue_10k_cny": _("the turnover is missing"),
    "assets_10k_cny": _("the total assets are missing"),
}
NO_CLASS = _("no size class is defined for this industry")
TOO_COARSE = _("this industry is divided further; choose the finer one")
NO_INDUSTRY = _("the industry is missing")


@dataclass(frozen=True)
class SizeRule:
    """The thresholds of one industry; only the quantities in `basis` count."""

    key: str
    name_zh: str
    name_en: str
    basis: tuple[str, ...]
    large_min: Mapping[str, int]
    medium_min: Mapping[str, int]
    small_min: Mapping[str, int]

    def steps(self) -> tuple[tuple[SizeClass, Mapping[str, int]], ...]:
        return (
            (SizeClass.LARGE, self.large_min),
            (SizeClass.MEDIUM, self.medium_min),
            (SizeClass.SMALL, self.small_min),
        )


@dataclass(frozen=True)
class Finding:
    """A size class; where there is none to tell, why not."""

    size_class: SizeClass
    reasons: tuple[str | Promise, ...] = ()


@cache
def rules() -> Mapping[str, SizeRule]:
    fields = ("key", "name_zh", "name_en", "large_min", "medium_min", "small_min")
    read = json.loads(RULES.read_text(encoding="utf-8"))
    return {row["key"]: SizeRule(**{field: row[field] for field in fields}, basis=tuple(row["basis"])) for row in read}


def classify(
    rule: SizeRule, *, employees: Quantity = None, revenue_10k_cny: Quantity = None, assets_10k_cny: Quantity = None
) -> SizeClass | None:
    """The class under a rule, or ``None`` while a missing quantity could still change it.

    A firm of 5 people is micro in industry whatever its turnover, so that answer does not wait for the turnover.
    """
    given = {"employees": employees, "revenue_10k_cny": revenue_10k_cny, "assets_10k_cny": assets_10k_cny}
    at_most = _class(rule, {name: value for name, value in given.items() if value is not None})
    complete = all(given[name] is not None for name in rule.basis)
    return at_most if complete or at_most is SizeClass.MICRO else None


def find(
    rule_key: str | None,
    *,
    employees: Quantity = None,
    revenue_10k_cny: Quantity = None,
    assets_10k_cny: Quantity = None,
) -> Finding:
    """The class for an industry's `size_rule`, with the reasons where it cannot be told.

    :param rule_key: ``None`` where no industry is given, "" for an industry without classes.
    """
    if rule_key is None:
        return Finding(SizeClass.UNKNOWN, (NO_INDUSTRY,))
    if rule_key == "":
        return Finding(SizeClass.NOT_APPLICABLE, (NO_CLASS,))
    if rule_key == SPLIT:
        return Finding(SizeClass.UNKNOWN, (TOO_COARSE,))
    rule = rules()[rule_key]
    given = {"employees": employees, "revenue_10k_cny": revenue_10k_cny, "assets_10k_cny": assets_10k_cny}
    found = classify(rule, **given)
    if found is not None:
        return Finding(found)
    return Finding(SizeClass.UNKNOWN, tuple(QUANTITIES[name] for name in rule.basis if given[name] is None))


def _class(rule: SizeRule, known: Mapping[str, int | Decimal]) -> SizeClass:
    """The highest class whose every threshold is reached by what is known; what is not known is not in the way."""
    for size_class, thresholds in rule.steps():
        if all(known.get(name, least) >= least for name, least in thresholds.items()):
            return size_class
    return SizeClass.MICRO
