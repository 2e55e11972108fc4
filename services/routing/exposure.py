"""Who is asked how often, and who is passed over: what shows whether the order is fair, and whether it is followed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from experts.models import Institution
from portal.accounts.models import User
from services.routing.models import MatchRecord
from services.stations.models import Station

MOST = 100


@dataclass(frozen=True)
class Share:
    """One institution on one board: how often it was asked and which share of all offers that is, in percent; how
    often it stood first, was passed over though first, and was asked though another stood first.
    """

    institution: Institution
    asked: int
    percent: float
    first: int
    passed_over: int
    preferred: int


def shares(user: User, *, board: str, since: datetime) -> list[Share]:
    """Of the institutions asked most or standing first most; of their own stations for those who work on cases."""
    records = counted(user).filter(need__board=board, at__gte=since)
    other = ~Q(first=F("chosen"))
    asked = {
        row["chosen"]: row for row in records.values("chosen").annotate(n=Count("pk"), other=Count("pk", filter=other))
    }
    first = {
        row["first"]: row for row in records.values("first").annotate(n=Count("pk"), other=Count("pk", filter=other))
    }
    total = sum(row["n"] for row in asked.values())
    names = Institution.objects.in_bulk(asked.keys() | first.keys())
    nobody = {"n": 0, "other": 0}
    found = [
        Share(
            names[pk],
            asked.get(pk, nobody)["n"],
            round(100 * asked.get(pk, nobody)["n"] / total, 1),
            first.get(pk, nobody)["n"],
            first.get(pk, nobody)["other"],
            asked.get(pk, nobody)["other"],
        )
        for pk in names
    ]
    return sorted(found, key=lambda each: (-each.asked, -each.first, each.institution.pk))[:MOST]


def header() -> list[str]:
    return [
        *(_("Institution"), _("Offers"), _("Share"), _("Stood first")),
        *(_("First, but passed over"), _("Asked instead of the first")),
    ]


def line(share: Share) -> list[Any]:
    """In the order of :func:`header`; the share in percent."""
    return [share.institution.name, share.asked, share.percent, share.first, share.passed_over, share.preferred]


def counted(user: User) -> QuerySet[MatchRecord]:
    """What may be counted for somebody, though not read by everybody it is counted for."""
    if not user.reads_cases:
        return MatchRecord.objects.all()
    return MatchRecord.objects.filter(need__case__station__in=Station.objects.served_by(user))
