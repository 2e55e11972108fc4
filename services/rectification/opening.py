"""Every unhappy answer is taken care of: its row is the message, and a person is told."""

import logging
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from experts.models import Rating
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Verb
from services.clocks.names import ClockName
from services.followup.models import SurveyAnswer
from services.followup.states import Kind
from services.rectification import door, promises, telling
from services.rectification.models import Rectification
from services.rectification.states import Outcome
from services.rectification.states import RectificationState as S

logger = logging.getLogger(__name__)

OPEN = Actor.by_rule("rectification.open/1", _("unhappy answer"))


def open_due(now: datetime, *, limit: int = 200) -> int:
    """Open what was answered unhappily and has no row, or was answered anew since its row was closed. Each in a
    transaction of its own, so that one that fails holds up nobody. May run twice.
    """
    opened = 0
    for pk in _unhappy().order_by("pk").values_list("pk", flat=True)[:limit]:
        try:
            opened += open_one(pk, now=now)
        except Exception:
            logger.exception("No rectification could be opened for answer %s; it stays to be opened", pk)
    return opened


@as_one
def open_one(answer: int, *, now: datetime) -> bool:
    """Open one. Whether it was still to do. A further answer about a service that is being put right joins it."""
    found = SurveyAnswer.objects.select_related("follow_up__referral__need", "follow_up__case__station")
    said = found.get(pk=answer)
    follow_up = said.follow_up
    cases.lock(follow_up.case)
    if not _unhappy().filter(pk=answer).exists():
        return False
    before = Rectification.objects.filter(answer=said).first()
    if before:
        _opened(_reopened(before, now=now), now=now)
        return True
    joins = Rectification.objects.open().filter(referral=follow_up.referral).exists()
    rating = Rating.objects.filter(referral_ref=follow_up.referral_id).first()
    row = Rectification.objects.create(
        answer=said,
        case=follow_up.case,
        referral=follow_up.referral,
        rating=rating if follow_up.kind == Kind.SATISFACTION else None,
        opened_at=now,
        **({"state": S.CLOSED, "outcome": Outcome.JOINED, "closed_at": now} if joins else {}),
    )
    if not joins:
        row.due_at = promises.start(row.referral, ClockName.CALL_BACK, now=now)
        row.save(update_fields=["due_at"])
    cases.note(
        row.case,
        "",
        by=OPEN,
        now=now,
        audience=Audience.ENTERPRISE,
        referral=row.referral,
        verb=Verb.RECTIFICATION_OPENED,
    )
    _opened(row, now=now)
    return True


def _unhappy() -> QuerySet[SurveyAnswer]:
    rows = Rectification.objects.filter(answer=OuterRef("pk"))
    anew = rows.filter(state=S.CLOSED, closed_at__lt=OuterRef("amended_at")).exclude(outcome=Outcome.JOINED)
    busy = Rectification.objects.open().filter(referral=OuterRef("follow_up__referral"))
    return SurveyAnswer.objects.unhappy().filter(~Exists(rows) | Q(Exists(anew), ~Exists(busy)))


def _reopened(row: Rectification, *, now: datetime) -> Rectification:
    """The enterprise amended its answer after the end, and is not satisfied again."""
    anew: dict[str, Any] = {"opened_at": now, "outcome": "", "reason": "", "closed_at": None, "closed_by": None}
    verb = Verb.RECTIFICATION_OPENED
    return door.move(row, S.OPENED, verb=verb, by=OPEN, now=now, audience=Audience.ENTERPRISE, **anew)


def _opened(row: Rectification, *, now: datetime) -> None:
    telling.opened(door.whole(row.pk), now=now)
