"""Rank, offer, call back, and move on from silence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from experts.models import Institution
from portal.accounts.models import User
from portal.refusals import Conflict, Unprocessable
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.faults import IllegalMove
from services.cases.models import Audience, Case, Need, Referral, Verb
from services.cases.states import NeedState, ReferralState
from services.routing import candidates, explaining, matching, rules, signatures
from services.routing.facts import Candidate
from services.routing.matching import Excluded, Match, Ranked
from services.routing.models import MatchRecord
from services.routing.reading import load
from services.routing.resources import drawing

EXPIRY = Actor.by_rule("routing.expire_unanswered/1", _("no answer within the time to accept"))
FEWEST = 10
"""Where the closer look leaves fewer of the shortlist and there are more behind it, everybody is looked at."""


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


def rank(need: Need, *, now: datetime, also: Sequence[int] = ()) -> Match:
    """Who may be offered the need, best first, and who may not and why. Changes nothing.

    :param also: institutions to look at even where they are far from the first.
    """
    today = timezone.localdate(now)
    facts, numbers = candidates.facts_of(need), rules.in_force(today)
    field = candidates.gather(need, facts, numbers, now=now, also=also)
    match = matching.rank(facts, field.candidates, today=today, rules=numbers, behind=field.behind)
    if len(match.ranked) < FEWEST and field.behind.get(""):
        everybody = candidates.gather(need, facts, numbers, now=now, best=None)
        match = matching.rank(facts, everybody.candidates, today=today, rules=numbers)
    return replace(match, resources=drawing.find(need, facts, numbers, field.ties_of, now=now))


@as_one
def offer(need: Need, institution: Institution, *, by: User, now: datetime, reason: str = "") -> Referral:
    """Offer the need to one institution, ranked anew under the case's lock, and keep the record of why.

    :param reason: why not the first; needed for any other.
    :raises GateShut: a gate stays shut for this institution.
    :raises NotACandidate: it does not offer the item.
    :raises ReasonMissing: it is not the first and nobody said why.
    :raises IllegalMove: the need is not seeking.
    """
    case = cases.lock(need)
    lock_enterprise(case)
    need = load(need.pk)
    if need.state != NeedState.SEEKING:
        raise IllegalMove(need, NeedState.OFFERED)
    match = rank(need, now=now, also=[institution.pk])
    chosen, first = _choose(match, institution, reason.strip())
    why_other = reason.strip() if chosen is not first else ""
    return put(need, match, chosen, by=Actor.of(by), handler=by, now=now, why_other=why_other)


def put(
    need: Need, match: Match, chosen: Ranked, *, by: Actor, handler: User, now: datetime, why_other: str = ""
) -> Referral:
    """Make the offer to one of the ranked and keep the record. The caller holds the locks under which it was ranked.

    :raises SecondSignatureNeeded: it runs the platform, and nobody else has signed.
    """
    first = match.ranked[0].candidate
    if chosen.candidate.operates:
        signatures.check(need, chosen.candidate.institution)
    referral = cases.offer(
        need,
        Institution.objects.get(pk=chosen.candidate.institution),
        by=by,
        handler=handler,
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
        resources=[each.as_json() for each in match.resources],
        chosen_id=chosen.candidate.institution,
        first_id=first.institution,
        override_reason=why_other,
        by=by.person,
        rule=by.rule,
        at=now,
    )
    return referral


def lock_enterprise(case: Case) -> None:
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
    over = Referral.objects.unanswered(now).order_by("due_at", "pk")[:limit]
    return cases.move_each(
        over, ReferralState.EXPIRED, verb=Verb.EXPIRED, by=EXPIRY, now=now, audience=Audience.PROVIDER
    )
