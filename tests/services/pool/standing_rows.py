"""Institutions that rules speak against, and proposals at every stage, through the real actions."""

from datetime import datetime
from typing import Any

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.pool import loading
from services.pool.actions import deciding, proposing
from services.pool.models import StandingAppeal, StandingProposal, StandingRule
from tests.factories import NOW, days_ago, make_institution, make_rating, make_user
from tests.portal.files.corpus import PDF, upload


def load_rules() -> None:
    loading.load()


def only(indicator: str, proposes: str = "probation", **columns: Any) -> StandingRule:
    """The one rule that is in force."""
    load_rules()
    StandingRule.objects.update(active=False)
    rule, _made = StandingRule.objects.get_or_create(
        indicator=indicator, proposes=proposes, defaults={"threshold": 50, "minimum": 2}
    )
    for name, value in {"active": True, **columns}.items():
        setattr(rule, name, value)
    rule.save()
    return rule


def make_disliked(user: User | None = None, *, grades: tuple[int, ...] = (1, 2, 5), **fields: Any) -> Institution:
    """Rated these grades a month ago."""
    institution = make_institution(user, **fields)
    for grade in grades:
        make_rating(institution, grade=grade, rated_at=days_ago(30))
    return institution


def make_proposed(
    user: User | None = None, *, now: datetime = NOW, grades: tuple[int, ...] = (1, 1, 2, 5), **fields: Any
) -> StandingProposal:
    """By the rule of dissatisfied answers: an active institution onto probation, one on probation to suspension."""
    load_rules()
    institution = make_disliked(user, grades=grades, **fields)
    proposing.propose(now)
    return StandingProposal.objects.get(institution=institution)


def make_signing(user: User | None = None, *, by: User | None = None) -> StandingProposal:
    """A suspension that waits for the second person."""
    proposal = make_proposed(user, standing="probation")
    return deciding.decide(proposal, carry=True, reason="多次不满意", by=by or make_user(Role.CURATOR), now=NOW)


def make_carried(user: User | None = None, **fields: Any) -> StandingProposal:
    """On probation."""
    proposal = make_proposed(user, **fields)
    return deciding.decide(proposal, carry=True, reason="多次不满意", by=make_user(Role.CURATOR), now=NOW)


def make_appealed(user: User) -> StandingAppeal:
    return deciding.appeal(make_carried(user), reason="与事实不符", uploads=(), by=user, now=NOW)


def make_signed_appeal(institution: Institution, provider: User) -> StandingAppeal:
    """Active once, then suspended by two; replied to with a file and appealed against."""
    curator = make_user(Role.CURATOR)
    deciding.by_hand(institution, "probation", reason="x", by=curator, now=NOW)
    proposal = deciding.by_hand(institution, "suspended", reason="x", by=curator, now=NOW)
    deciding.reply(proposal, text="x", uploads=[upload("plan.pdf", PDF)], by=provider, now=NOW)
    deciding.sign(proposal, agree=True, note="x", by=make_user(Role.CENTRE_LEAD), now=NOW)
    return deciding.appeal(proposal, reason="x", uploads=(), by=provider, now=NOW)
