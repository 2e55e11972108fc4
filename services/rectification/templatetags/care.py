"""What is done about an unhappy answer, on the page of the case: ``{% care needs %}``."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.template import Context, Library
from django.utils import timezone

from portal.accounts.models import User
from portal.among import Among
from portal.kept import kept
from portal.templatetags.look import badge
from services.cases.models import Need
from services.cases.states import ReferralState
from services.rectification import next_step
from services.rectification.models import Rectification
from services.rectification.states import WORDS_ENTERPRISE, WORDS_PROVIDER, Outcome
from services.rectification.states import RectificationState as S

register = Library()
JOINED, TONGUES = ("referral__institution", "referral__need__item"), ("zh", "en")
YOURS = {
    "enterprise": {S.RE_ASKED, S.REPLIED},
    "provider": {S.CALLED_BACK},
    "staff": {S.OPENED, S.REPLIED, S.UNSETTLED},
}


@register.inclusion_tag("rectification/_care.html", takes_context=True)
def care(context: Context, needs: Iterable[Need]) -> dict[str, Any]:
    """The needs come with their referrals prefetched; without a confirmed one it asks the database nothing. Few
    answers are unhappy: a small question comes first, and the one that joins their tables only where there is a row.
    """
    user = context["request"].user
    done = [one.pk for need in needs for one in need.referrals.all() if one.state == ReferralState.CONFIRMED]
    if not done:
        return {"cares": []}
    if not (keys := _known(referrals=done)):
        return {"cares": []}
    now = timezone.now()
    return {"cares": [(row, next_step.for_reader(row, user, now=now)) for row in _shown(keys=keys, user=user)]}


@kept
def _known(*, referrals: list[int]) -> QuerySet[Rectification, int]:
    rows = Rectification.objects.filter(Among("referral_id", referrals)).exclude(outcome=Outcome.JOINED)
    return rows.values_list("pk", flat=True)


@kept
def _shown(*, keys: list[int], user: User) -> QuerySet[Rectification]:
    rows = Rectification.objects.visible_to(user).filter(Among("pk", keys)).select_related(*JOINED)
    named = [f"{one}__name_{tongue}" for one in JOINED for tongue in TONGUES]
    return rows.only("answer", "state", "due_at", *named).order_by("-pk")


@register.simple_tag
def care_badge(row: Rectification, side: str = "staff") -> str:
    """``{% care_badge row "provider" %}``; side: staff, enterprise or provider."""
    words = {"enterprise": WORDS_ENTERPRISE, "provider": WORDS_PROVIDER}.get(side, {})
    state = S(row.state)
    return badge("rectification", state, words.get(state, state.label), yours=state in YOURS[side])
