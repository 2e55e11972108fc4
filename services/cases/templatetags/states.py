"""Badges of cases, needs and referrals in the words of whoever reads: ``{% load states %}``."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.template import Library
from django.utils.safestring import SafeString

from portal.templatetags.look import badge
from services.cases import states
from services.cases.actors import rule_words
from services.cases.states import CaseState, NeedState, ReferralState

register = Library()
register.filter(rule_words)

NOUNS: dict[str, type[TextChoices]] = {"case": CaseState, "need": NeedState, "referral": ReferralState}
WORDS: dict[tuple[str, str], Mapping[Any, Any]] = {
    ("case", "enterprise"): states.CASE_WORDS_ENTERPRISE,
    ("need", "enterprise"): states.NEED_WORDS_ENTERPRISE,
    ("referral", "enterprise"): states.REFERRAL_WORDS_ENTERPRISE,
    ("referral", "provider"): states.REFERRAL_WORDS_PROVIDER,
}
TURNS: dict[tuple[str, str], frozenset[str]] = {
    ("case", "staff"): frozenset({CaseState.SUBMITTED}),
    ("need", "staff"): frozenset({NeedState.SEEKING}),
    ("case", "enterprise"): frozenset({CaseState.RETURNED, CaseState.AWAITING_CONFIRMATION}),
    ("need", "enterprise"): frozenset({NeedState.AWAITING_CONFIRMATION}),
    ("referral", "enterprise"): frozenset({ReferralState.QUOTED, ReferralState.DELIVERED}),
    ("referral", "provider"): frozenset({ReferralState.OFFERED, ReferralState.ACCEPTED}),
}


@register.simple_tag
def state_word(noun: str, state: str, audience: str = "staff") -> str:
    """The word for a state; "" where this audience is not shown it."""
    words = WORDS.get((noun, audience))
    if words is None:
        return str(NOUNS[noun](state).label)
    return str(words.get(state, ""))


@register.simple_tag
def state_badge(noun: str, state: str, audience: str = "staff") -> SafeString | str:
    """``{% state_badge "referral" referral.state "provider" %}``; audience: staff, enterprise or provider."""
    word = state_word(noun, state, audience)
    return badge(noun, state, word, yours=state in TURNS.get((noun, audience), ())) if word else ""
