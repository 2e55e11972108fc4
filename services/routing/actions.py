"""Rank, offer, call back, and move on from silence."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from experts.models import Institution
from portal.accounts.models import User
from portal.refusals import Conflict, Unprocessable
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.faults import IllegalMove, StaleState
from services.cases.models import Audience, Case, Need, Referral, Verb
from services.cases.states import NeedState, ReferralState
from services.routing import candidates, explaining, matching
from services.routing.facts import Candidate
from services.routing.matching import Excluded, Match, Ranked
from services.routing.models import MatchRecord

logger = logging.getLogger(__name__)

EXPIRY = Actor.by_rule("routing.expire_unanswered/1")
JOINED = ("case__enterprise__region", "case__station", "item", "board")


class GateShut(Conflict):
    """The institution may not be offered this need. Nobody can override a gate."""

    title = _("This institution cannot be asked")

    def __init__(self, excluded: Excluded, match: Match) -> None:
        super().__init__(
            explaining.refusal(excluded, match.need.names),
            extra={"gate": excluded.gate, "reason": excluded.failed.code},
        )


class NotACandidate(Unprocessable):
    title = _("This institution cannot be asked")
    detail = _("It does not offer this service item.")


class ReasonMissing(Unprocessable):
    title = _("A reason is needed")
    detail = _("Another institution ranks first. Say why this one is asked instead.")


def load(pk: int) -> Need:
    """The need with everything that ranking reads."""
    return Need.objects.select_related(*JOINED).get(pk=pk)


def rank(need: Need, *, today: date, now: datetime | None = None) -> Match:
    """Who may be offered the need, best first, and who may not and why. Changes nothing."""
    facts = candidates.facts_of(need)
    everybody = candidates.gather(need, facts, now=now or timezone.now())
    return matching.rank(facts, everybody, today=today)


@transaction.atomic
def offer(need: Need, institution: Institution, *, by: User, now: datetime, reason: str = "") -> Referral:
    """Offer the need to one institution, ranked anew under the case's lock, and keep the record of why.

    :param reason: why not the first; needed for any other.
    :raises GateShut: a gate stays shut for this institution.
    :raises NotACandidate: it does not offer the item.
    :raises ReasonMissing: it is not the first and nobody said why.
    :raises IllegalMove: the need is not seeking.
    """
    case = cases.lock(need)
    _lock_enterprise(case)
    need = load(need.pk)
    if need.state != NeedState.SEEKING:
        raise IllegalMove(need, NeedState.OFFERED)
    match = rank(need, today=timezone.localdate(now), now=now)
    chosen, first = _choose(match, institution, reason.strip())
    referral = cases.offer(
        need,
        institution,
        by=by,
        now=now,
        credential_id=_relied_on(match, chosen.candidate),
        fee=chosen.candidate.fee,
    )
    MatchRecord.objects.create(
        need=need,
        referral=referral,
        facts=match.facts_as_json(),
        rule_version=match.rule_version,
        ranked=[each.as_json() for each in match.ranked],
        excluded=[each.as_json() for each in match.excluded],
        chosen=institution,
        first_id=first.candidate.institution,
        override_reason=reason.strip() if chosen is not first else "",
        by=by,
        at=now,
    )
    return referral


def _lock_enterprise(case: Case) -> None:
    """One offer for an enterprise at a time: two of its cases must not make a conflict of interest between them."""
    if case.enterprise_id:
        Enterprise.objects.select_for_update(no_key=True).filter(pk=case.enterprise_id).values_list("pk").first()


def _choose(match: Match, institution: Institution, reason: str) -> tuple[Ranked, Ranked]:
    """The chosen one and the first."""
    if shut := match.why_not(institution.pk):
        raise GateShut(shut, match)
    chosen, first = match.of(institution.pk), match.first
    if chosen is None or first is None:
        raise NotACandidate
    if chosen is not first and not reason:
        raise ReasonMissing(extra={"first": first.candidate.name_zh})
    return chosen, first


def _relied_on(match: Match, one: Candidate) -> int | None:
    """The credential that the offer relies on: in force today, of a type the item asks for, valid longest."""
    held = [each for each in one.credentials if each.in_force(match.today)]
    return max(held, key=lambda each: (each.valid_to or date.max, each.id)).id if held else None


def recall(referral: Referral, *, by: User, now: datetime, reason: str, version: int | None = None) -> Referral:
    """Take an unanswered offer back, with a reason; the need seeks again."""
    return cases.move(
        referral,
        ReferralState.RECALLED,
        verb=Verb.RECALLED,
        by=Actor.of(by),
        now=now,
        audience=Audience.PROVIDER,
        note=reason,
        version=version,
        reason=reason,
    )


def expire_unanswered(now: datetime, *, limit: int = 500) -> int:
    """End the offers whose time to answer is over (R22); their needs seek again. The number ended."""
    done = 0
    for referral in Referral.objects.unanswered(now).order_by("due_at", "pk")[:limit]:
        try:
            cases.move(
                referral,
                ReferralState.EXPIRED,
                verb=Verb.EXPIRED,
                by=EXPIRY,
                now=now,
                audience=Audience.PROVIDER,
                version=referral.version,
            )
        except (IllegalMove, StaleState):
            logger.info("Referral %s was answered while its time ran out", referral.pk)
        else:
            done += 1
    return done
