"""A case ordered from what a board keeps: by the enterprise itself, or by the desk for one that asked it aloud."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.cases.actions import Contact
from services.cases.models import Case, Channel, Urgency
from services.intake import actions as intake
from services.intake.actions import Said
from services.stations.models import Station, online_station

MAY_ORDER = ("intake.submit", "intake.record")
"""Who may: an enterprise for itself, the desk as with every need that it writes down."""


@dataclass(frozen=True)
class Asking:
    """Who orders, and how whoever asks is reached.

    :param channel: how it came; for the desk the way by which it was asked.
    :param sharing: whether the accepting institution may see the contact; None leaves what was said before.
    """

    by: User
    contact: Contact
    channel: Channel = Channel.WEB
    sharing: bool | None = None


def may_order(user: User) -> bool:
    return any(user.has_perm(one) for one in MAY_ORDER)


@transaction.atomic(savepoint=False)
def order(
    said: Said, asking: Asking, enterprise: Enterprise, *, now: datetime, urgency: Urgency = Urgency.NORMAL
) -> Case:
    """A case of the enterprise, as urgent as what is on record makes it."""
    asked: dict[str, Any] = {
        "contact": asking.contact,
        "channel": asking.channel,
        "enterprise": enterprise,
        "urgency": urgency,
        "now": now,
    }
    if asking.by.has_perm("intake.submit"):
        return intake.submit(said, by=asking.by, sharing=asking.sharing, **asked)
    own = Station.objects.served_by(asking.by).filter(active=True).order_by("id").first()
    station = own or online_station()
    return intake.record(said, by=asking.by, station=station, sharing=asking.sharing or None, **asked)
