"""Instruments of the demo centre that can be booked, with a few bookings in the days to come."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from enterprises.models import Enterprise
from experts.models import Equipment, Institution, InstitutionMembership
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.transactions import as_one
from services.boards.labs import actions
from services.boards.labs.actions.keeping import Hours
from services.boards.labs.conditions import Wish
from services.boards.labs.models import BookingRule
from services.demo.building import CENTRE

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "laboratories.json").read_text(encoding="utf-8")
)
FACTS = ("standards", "training", "operated")
WORKDAYS = [Hours(weekday, time(8), time(18)) for weekday in range(5)]
ALWAYS = [Hours(weekday, time(), time()) for weekday in range(7)]


@as_one
def open_up(*, now: datetime) -> int:
    """Open what is not open yet; the number of instruments opened."""
    firms = {row["key"]: Enterprise.objects.get(uscc=row["uscc"]) for row in CENTRE["enterprises"]}
    return sum(_open(row, firms, now=now) for row in ROWS)


def _open(row: dict[str, Any], firms: dict[str, Enterprise], *, now: datetime) -> bool:
    instrument = _instrument(row)
    if BookingRule.objects.filter(equipment=instrument).exists():
        return False
    keeper = _keeper(instrument.owner)
    for name in FACTS:
        setattr(instrument, name, row[name])
    instrument.calibrated_until = timezone.localdate(now) + timedelta(days=row["calibrated_in_days"])
    instrument.save()
    actions.save_hours(instrument, ALWAYS if row.get("always_open") else WORKDAYS, by=keeper)
    actions.save_rule(instrument, row["rule"], by=keeper)
    if whole := Equipment.objects.filter(name=row.get("part_of", ""), owner=instrument.owner).first():
        actions.compose(instrument, whole, by=keeper, now=now)
    for each in row["bookings"]:
        _book(instrument, each, firms, now=now)
    return True


def _instrument(row: dict[str, Any]) -> Equipment:
    known = Equipment.objects.filter(name=row["name"]).first()
    if known:
        return known
    names = {one["key"]: one["name_zh"] for one in CENTRE["institutions"]}
    owner = Institution.objects.get(name_zh=names[row["owner"]])
    plain = ("name", "model", "specification", "fee", "conditions")
    return Equipment.objects.create(owner=owner, **{name: row[name] for name in plain})


def _keeper(owner: Institution) -> User:
    """Somebody who acts for the owner; where nobody of the demo's people does, one who cannot sign in."""
    member = owner.memberships.filter(active=True).select_related("user").first()
    if member:
        return member.user
    user = User.objects.create_user(f"demo-keeper-{owner.pk}", None, name="演示设备管理员", role=Role.PROVIDER)
    InstitutionMembership.objects.create(user=user, institution=owner)
    return user


def _book(instrument: Equipment, row: list[Any], firms: dict[str, Enterprise], *, now: datetime) -> None:
    """:param row: workdays ahead, hour, hours, enterprise, operation, purpose."""
    ahead, hour, hours, firm, operation, purpose = row
    begins = _workday(now, ahead).replace(hour=hour, minute=0, second=0, microsecond=0)
    person = firms[firm].memberships.select_related("user").earliest("id").user
    wish = Wish(instrument, begins, begins + timedelta(hours=hours), firms[firm], person, operation, purpose)
    actions.confirm(actions.hold(wish, by=person, now=now), by=person, now=now)


def _workday(now: datetime, ahead: int) -> datetime:
    day = timezone.localtime(now)
    while ahead:
        day += timedelta(days=1)
        ahead -= day.weekday() < 5
    return day
