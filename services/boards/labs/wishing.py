"""From what somebody asked for to a wish: for which enterprise, in which way, for which need."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from enterprises.models import Enterprise
from experts.models import Equipment
from portal.accounts.models import User
from services.boards.labs.conditions import Wish
from services.boards.labs.faults import NoEnterprise
from services.boards.labs.states import Operation
from services.cases.models import Need
from services.cases.states import NEED_TERMINAL

BOARD = "labs"


def enterprises_of(user: User) -> QuerySet[Enterprise]:
    """For whom somebody may book: those they speak for; staff for anybody."""
    return Enterprise.objects.visible_to(user).order_by("pk")


def needs_of(user: User) -> QuerySet[Need]:
    """What a booking may be for: open needs of the board in cases the person sees."""
    rows = Need.objects.visible_to(user).filter(board__slug=BOARD, case__enterprise__isnull=False)
    return rows.exclude(state__in=NEED_TERMINAL).select_related("case__enterprise", "item").order_by("-pk")


def enterprise_named(text: str) -> Enterprise | None:
    """A registered enterprise by its whole name or code; nobody finds one by a part of it."""
    rows = Enterprise.objects.filter(Q(uscc=text.upper()) | Q(name=text), state=Enterprise.State.REGISTERED)
    return rows.order_by("pk").first()


def wish_of(
    equipment: Equipment,
    *,
    begins: datetime,
    ends: datetime,
    by: User,
    need: int | None = None,
    enterprise: int | None = None,
    operation: str = "",
    purpose: str = "",
) -> Wish:
    """
    :raises NoEnterprise: the person speaks for none, and staff did not say for whom.
    :raises Http404: need or enterprise are not theirs.
    """
    for_need = get_object_or_404(needs_of(by), pk=need) if need else None
    return Wish(
        equipment=equipment,
        begins=begins,
        ends=ends,
        enterprise=_enterprise(for_need, enterprise, by),
        booked_by=by,
        operation=operation or _usual(equipment),
        purpose=purpose,
        need=for_need,
    )


def _enterprise(need: Need | None, enterprise: int | None, by: User) -> Enterprise:
    if need is not None and need.case.enterprise is not None:
        return need.case.enterprise
    if enterprise is not None:
        return get_object_or_404(enterprises_of(by), pk=enterprise)
    own = Enterprise.objects.of(by).order_by("memberships__pk").first()
    if own is None:
        raise NoEnterprise
    return own


def _usual(equipment: Equipment) -> str:
    either = equipment.operated == Equipment.Operated.EITHER
    return Operation.OPERATOR if either else equipment.operated
