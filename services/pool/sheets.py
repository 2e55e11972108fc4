"""How the figures of a quarterly sheet read: on the page, on paper and in a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from experts.models import Institution
from services.pool.models import Appraisal

GROUPS: tuple[tuple[Promise, tuple[tuple[str, Promise], ...]], ...] = (
    (
        lazy("Measured"),
        (
            ("offered", lazy("Offers answered or run out")),
            ("accepted", lazy("Accepted")),
            ("declined", lazy("Declined")),
            ("timed_out", lazy("Not answered")),
            ("hours_to_accept", lazy("Hours until acceptance, on average")),
            ("delivered", lazy("Delivered")),
            ("on_time", lazy("Delivered on time")),
            ("reworked", lazy("Reworked")),
            ("disputed", lazy("Disputed")),
        ),
    ),
    (
        lazy("Said by enterprises"),
        (
            ("asked", lazy("Enterprises asked")),
            ("answers", lazy("Answers counted")),
            ("negative", lazy("Dissatisfied")),
            ("score", lazy("Score")),
            ("score_n", lazy("Answers behind the score")),
            ("score_rate", lazy("Of those asked for it, answered (%)")),
        ),
    ),
    (
        lazy("Put right and kept valid"),
        (
            ("complaints", lazy("Complaints")),
            ("not_settled", lazy("Not settled")),
            ("rectified", lazy("Put right by the institution")),
            ("hours_to_rectify", lazy("Hours until put right, on average")),
            ("credentials_ended", lazy("Credentials that ended")),
        ),
    ),
)


@dataclass(frozen=True)
class Line:
    """A figure beside that of the quarter before; None where there was none."""

    name: str
    value: Any
    before: Any


def groups(figures: Mapping[str, Any], before: Mapping[str, Any]) -> list[tuple[str, list[Line]]]:
    return [
        (str(title), [Line(str(name), figures.get(key), before.get(key)) for key, name in lines])
        for title, lines in GROUPS
    ]


def header() -> list[str]:
    figures = [str(name) for _title, lines in GROUPS for _key, name in lines]
    words = [pgettext("appraisal", "Grade"), _("Appraisal in words"), _("Decided")]
    return [_("Quarter"), _("Institution"), _("Standing"), *figures, *words]


def line(row: Appraisal) -> list[Any]:
    figures = [row.figures.get(key) for _title, lines in GROUPS for key, _name in lines]
    standing = Institution.Standing(row.figures["standing"]).label
    decided = localdate(row.decided_at) if row.decided_at else None
    return [row.quarter, row.institution.name, standing, *figures, row.get_grade_display(), row.words, decided]
