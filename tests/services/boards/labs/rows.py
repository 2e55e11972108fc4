"""Instruments that can be booked, and wishes for them. It is a Friday; they are open on workdays from 8 to 18."""

from datetime import datetime, time, timedelta
from typing import Any

from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.boards.labs import actions
from services.boards.labs.actions.keeping import Hours
from services.boards.labs.conditions import Wish
from services.boards.labs.models import Booking, BookingRule
from tests.factories import NOW, make_enterprise, make_institution, make_user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = NOW.replace(hour=9) + 3 * DAY
"""Nine o'clock on the Monday after."""
WORKDAYS = [Hours(weekday, time(8), time(18)) for weekday in range(5)]


def make_owner() -> tuple[User, Institution]:
    keeper = make_user(Role.PROVIDER)
    return keeper, make_institution(keeper)


def make_instrument(keeper: User | None = None, owner: Institution | None = None, **rule: Any) -> Equipment:
    """Open for booking by everybody, with the rules given."""
    if keeper is None or owner is None:
        keeper, owner = make_owner()
    parent = rule.pop("parent", None)
    own = {name: rule.pop(name) for name in ("name", "calibrated_until", "operated", "standards") if name in rule}
    instrument = Equipment.objects.create(owner=owner, **{"name": "示波器", "parent": parent, **own})
    actions.save_hours(instrument, rule.pop("hours", WORKDAYS), by=keeper)
    actions.save_rule(instrument, rule, by=keeper)
    return instrument


def make_wish(instrument: Equipment, user: User | None = None, begins: datetime = MONDAY, **fields: Any) -> Wish:
    """One hour, operated by oneself, for an enterprise of the user."""
    user = user or make_user()
    enterprise = fields.pop("enterprise", None) or user_enterprise(user)
    ends = fields.pop("ends", begins + HOUR)
    return Wish(instrument, begins, ends, enterprise, user, fields.pop("operation", "self"), **fields)


def user_enterprise(user: User) -> Any:
    known = user.memberships.select_related("enterprise").first()
    return known.enterprise if known else make_enterprise(user)


def make_booking(
    instrument: Equipment, user: User | None = None, begins: datetime = MONDAY, *, now: datetime = NOW, **fields: Any
) -> Booking:
    """Held and confirmed; a request where the owner approves."""
    wish = make_wish(instrument, user, begins, **fields)
    return actions.confirm(actions.hold(wish, by=wish.booked_by, now=now), by=wish.booked_by, now=now)


def keeper_of(instrument: Equipment) -> User:
    return instrument.owner.memberships.get().user


def rule_of(instrument: Equipment) -> BookingRule:
    return BookingRule.objects.get(equipment=instrument)
