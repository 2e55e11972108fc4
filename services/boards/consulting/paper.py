"""The improvement plan as a file to hand on, in Chinese whatever the language of the page."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import papers
from services.boards.consulting.models import Diagnosis, PlanAction
from services.boards.consulting.totals import Totals


def pdf(diagnosis: Diagnosis, contents: dict[str, Any], *, now: datetime) -> bytes:
    """:param contents: what :func:`services.boards.consulting.contents.of` gives."""
    with override("zh-hans"):
        subtitle = f"{diagnosis.enterprise.name} · {diagnosis.title}"
        station = _("NQI One-Stop Service Platform")
        paper = papers.begun(_("Improvement plan"), subtitle, station=station, made_at=now)
        paper.facts(_facts(diagnosis))
        if diagnosis.summary:
            paper.heading(_("Summary"))
            paper.paragraph(diagnosis.summary)
        for stage, findings in contents["stages"]:
            paper.heading(str(stage.label))
            rows = [[one.get_severity_display(), one.text] for one in findings]
            paper.table([_("Severity"), _("What was found")], rows)
        paper.heading(_("Actions"))
        paper.table(*_actions(contents["actions"]))
        paper.heading(_("What it costs and brings in"))
        paper.facts(_figures(contents["totals"]))
        paper.paragraph(
            _("What is expected and what is realised are never added up, and every level of evidence stands by itself.")
        )
        for visit in contents["rechecks"]:
            paper.heading(f"{_('Re-check')} {_day(visit.visited_on)}")
            paper.paragraph(visit.summary)
        return paper.content()


def _facts(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    return [
        (_("Enterprise"), diagnosis.enterprise.name),
        (_("Day of the visit"), _day(diagnosis.visited_on)),
        (_("Place"), diagnosis.place),
        (_("Who diagnosed"), diagnosis.diagnosed_by),
        (_("State"), diagnosis.get_state_display()),
    ]


def _actions(actions: Sequence[PlanAction]) -> tuple[list[str], list[list[str]]]:
    header = [_("What is to be done"), _("Who does it"), _("Due"), _("State")]
    header += [_("Expected per year, CNY"), _("Realised, CNY")]
    rows = [
        [
            one.text,
            one.owner,
            _day(one.due_on),
            "：".join(filter(None, [one.get_state_display(), one.dropped_why])),
            _cny(one.expected_cny),
            "\n".join(f"{it.year} {_cny(it.amount_cny)} {it.get_level_display()}" for it in one.benefits.all()),
        ]
        for one in actions
    ]
    return header, rows


def _figures(totals: Totals) -> list[tuple[str, str]]:
    realised = [(_("Realised, CNY: %(word)s") % {"word": word}, _cny(sum_)) for word, sum_ in totals.realised_in_words]
    return [
        (_("Actions settled"), f"{totals.settled} / {totals.actions}"),
        (_("Cost, CNY"), _cny(totals.cost_cny)),
        (_("Expected per year, CNY"), _cny(totals.expected_cny)),
        *realised,
    ]


def _cny(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _day(day: date) -> str:
    return date_format(day, _("j M Y"))
