"""The rows behind a figure, so that it can be traced; the institution sees its own without who said what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from experts.models import Credential, Rating
from services.cases.models import Referral
from services.pool import wording
from services.pool.models import Indicator, ProposalFigure, StandingProposal
from services.rectification.models import Rectification

SHOWN = 100


@dataclass(frozen=True)
class Row:
    """One row in a line: its number, what it is, and the day it happened."""

    number: str
    what: str
    day: date | None


@dataclass(frozen=True)
class Traced:
    """A figure in words with the rows behind it; ``more`` is how many are not shown."""

    figure: ProposalFigure
    words: str
    rule: str
    rows: list[Row] = field(default_factory=list)
    more: int = 0


def of(proposal: StandingProposal) -> list[Traced]:
    """Every figure of a proposal; the queries are as many as there are kinds of rows, not figures."""
    figures = list(proposal.figures.select_related("rule").order_by("pk"))
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in figures:
        wanted[KINDS[one.indicator]].update(one.rows[:SHOWN])
    found = {kind: LOADERS[kind](ids) for kind, ids in wanted.items() if ids}
    return [_traced(one, found.get(KINDS[one.indicator], {})) for one in figures]


def _traced(figure: ProposalFigure, known: dict[int, Row]) -> Traced:
    shown = [known[pk] for pk in figure.rows[:SHOWN] if pk in known]
    return Traced(figure, wording.figure(figure), wording.rule(figure), shown, figure.against - len(shown))


def _offers(ids: Iterable[int]) -> dict[int, Row]:
    rows = Referral.objects.filter(pk__in=ids).select_related("case", "need__item")
    return {one.pk: _of_referral(one, one.get_state_display(), one.offered_at) for one in rows}


def _deliveries(ids: Iterable[int]) -> dict[int, Row]:
    rows = Referral.objects.filter(pk__in=ids).select_related("case", "need__item")
    return {one.pk: _of_referral(one, _("delivered late"), one.delivered_at) for one in rows}


def _answers(ids: Iterable[int]) -> dict[int, Row]:
    """Without the case: who was dissatisfied is not said here."""
    rows = Rating.objects.filter(pk__in=ids)
    return {one.pk: Row(one.board, one.get_grade_display(), localdate(one.rated_at)) for one in rows}


def _complaints(ids: Iterable[int]) -> dict[int, Row]:
    rows = Rectification.objects.filter(pk__in=ids).select_related("referral__case", "referral__need__item")
    return {one.pk: _of_referral(one.referral, one.get_state_display(), one.opened_at) for one in rows}


def _credentials(ids: Iterable[int]) -> dict[int, Row]:
    rows = Credential.objects.filter(pk__in=ids).select_related("type")
    return {one.pk: Row(one.number, one.type.name, one.valid_to) for one in rows}


def _of_referral(referral: Referral, what: str, at: datetime | None) -> Row:
    return Row(referral.case.number, f"{referral.need.item.name} · {what}", localdate(at) if at else None)


KINDS: dict[str, str] = {
    Indicator.RESPONSE: "offer",
    Indicator.DECLINED: "offer",
    Indicator.TIMED_OUT: "offer",
    Indicator.LATE: "delivery",
    Indicator.NEGATIVE: "answer",
    Indicator.COMPLAINTS: "complaint",
    Indicator.EXPIRED: "credential",
}
LOADERS: dict[str, Any] = {
    "offer": _offers,
    "delivery": _deliveries,
    "answer": _answers,
    "complaint": _complaints,
    "credential": _credentials,
}
