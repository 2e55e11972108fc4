"""Tell the boards what was delivered: each confirmed referral once, so that a certificate updates its register."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from services.boards.board import registered
from services.boards.models import Handed
from services.cases.models import Referral, Result
from services.cases.states import ReferralState

logger = logging.getLogger(__name__)

BATCH = 500


def hand_over(now: datetime, *, since: datetime | None = None, size: int = BATCH) -> int:
    """Hand each confirmed referral to the app of its board; how many. One that fails holds up nobody, however many
    fail before it, and is tried again.

    :param since: look only at referrals confirmed since then.
    """
    marks = Handed.objects.filter(referral=OuterRef("pk"))
    waiting = Referral.objects.filter(~Exists(marks), state=ReferralState.CONFIRMED)
    if since:
        waiting = waiting.filter(confirmed_at__gte=since)
    waiting = waiting.select_related("need__board", "case__enterprise", "institution").order_by("pk")
    done, last = 0, 0
    while part := list(waiting.filter(pk__gt=last)[:size]):
        done, last = done + sum(_tried(referral, now=now) for referral in part), part[-1].pk
    return done


def _tried(referral: Referral, *, now: datetime) -> bool:
    try:
        return _hand_over(referral, now=now)
    except Exception:
        logger.exception("Referral %s could not be handed to its board; it is tried again", referral.pk)
        return False


def _hand_over(referral: Referral, *, now: datetime) -> bool:
    """Whether it was this run that did it: the mark stands in the transaction of what the board writes."""
    try:
        with transaction.atomic():
            Handed.objects.create(referral=referral, at=now)
            if app := registered().get(referral.need.board.slug):
                app.delivered(referral, list(Result.objects.issued().filter(referral=referral)))
    except IntegrityError:
        if Handed.objects.filter(referral=referral).exists():
            return False
        raise
    return True
