"""The re-offer ladder (R22): what happens after a refusal or after silence.

The need's policy says whether the next institution is asked without a person. If not, or if the ladder may not go on by
itself, the need goes back to its specialist with the reason; where nobody is left, the leads of the station and the
curators hear of the gap. A :class:`LadderStep` marks each ended referral as done, so every step happens once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.refusals import Conflict
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Case, CaseEvent, Need, Referral, Verb
from services.cases.states import NeedState, ReferralState
from services.routing import actions, alarms
from services.routing.matching import Match
from services.routing.models import LadderHold, LadderPolicy, LadderStep, Outcome, Reason
from services.routing.reading import load

logger = logging.getLogger(__name__)

LADDER = Actor.by_rule("routing.ladder/1", _("next institution in line"))
FAILED = (ReferralState.DECLINED, ReferralState.EXPIRED)
VERBS = {Outcome.HANDED_BACK: Verb.HANDED_BACK, Outcome.EXHAUSTED: Verb.NO_CANDIDATE}


class AlreadySo(Conflict):
    title = _("Nothing to change")
    detail = _("Somebody else has switched the automatic offers of this need in the meantime.")


@dataclass(frozen=True)
class Decision:
    """What the ladder does next; ``reason`` where a person has to go on."""

    outcome: Outcome
    reason: str = ""


def climb(now: datetime, *, limit: int = 200) -> int:
    """Take the next step for every seeking need whose last referral failed. Each in a transaction of its own, so that
    one that breaks holds up nobody. The number of steps taken.
    """
    taken = 0
    for pk in failed().order_by("pk").values_list("pk", flat=True)[:limit]:
        try:
            taken += step(pk, now=now)
        except Exception:
            logger.exception("The ladder of referral %s broke; it is tried again", pk)
    return taken


def failed() -> QuerySet[Referral]:
    """The newest referrals of seeking needs that were refused or not answered, and about which nothing was done yet."""
    newer = Referral.objects.filter(need=OuterRef("need"), pk__gt=OuterRef("pk"))
    return Referral.objects.filter(
        ~Exists(newer), need__state=NeedState.SEEKING, state__in=FAILED, ladder_step__isnull=True
    )


@as_one
def step(pk: int, *, now: datetime) -> bool:
    """Do what follows on one failed referral. Whether it was still to do: another worker may hold or have done it."""
    case = _lock(pk)
    if case is None:
        return False
    last = failed().select_related("institution", "handler", "need__item").filter(pk=pk).first()
    if last is None:
        return False
    actions.lock_enterprise(case)
    need = load(last.need_id)
    match = actions.rank(need, now=now)
    policy = policy_of(need)
    decision = _decide(need, match, policy)
    follower = None
    if decision.outcome == Outcome.REOFFERED:
        follower = actions.put(need, match, match.ranked[0], by=LADDER, handler=_handler(case, last), now=now)
    else:
        _say(case, last, decision, now=now)
    done = LadderStep.objects.create(
        referral=last, outcome=decision.outcome, reason=decision.reason, next=follower, rule=LADDER.rule, at=now
    )
    alarms.after(done, case, match, policy, now=now)
    return True


def _lock(pk: int) -> Case | None:
    """The case of the referral, unless somebody is just working on it: then the next run sees what they did."""
    rows = Case.objects.select_related("owner", "station")
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(referrals=pk).first()


def policy_of(need: Need) -> LadderPolicy:
    """The most particular policy; without any, a person decides."""
    return LadderPolicy.objects.fitting(need).first() or LadderPolicy()


def _decide(need: Need, match: Match, policy: LadderPolicy) -> Decision:
    if match.first is None:
        return Decision(Outcome.EXHAUSTED)
    if reason := _why_a_person(need, match, policy):
        return Decision(Outcome.HANDED_BACK, reason)
    return Decision(Outcome.REOFFERED)


def _why_a_person(need: Need, match: Match, policy: LadderPolicy) -> str:
    """Nothing is offered past an open question about the institution: it may be one of conflict of interest."""
    if hold_of(need):
        return Reason.HELD
    if not policy.automatic:
        return Reason.POLICY
    if LadderStep.objects.filter(referral__need=need, outcome=Outcome.REOFFERED).count() >= policy.rungs:
        return Reason.RUNGS
    first = match.ranked[0]
    if need.referrals.filter(institution=first.candidate.institution).exists():
        return Reason.ASKED_BEFORE
    return Reason.UNSURE if first.asks else ""


def _handler(case: Case, last: Referral) -> User:
    """Whoever offered the last one, or the contact person when they have left."""
    return last.handler if last.handler.is_active or case.owner is None else case.owner


def _say(case: Case, last: Referral, decision: Decision, *, now: datetime) -> CaseEvent:
    verb = VERBS[decision.outcome]
    return cases.note(case, "", by=LADDER, now=now, audience=Audience.INTERNAL, referral=last, verb=verb)


def hold_of(need: Need) -> LadderHold | None:
    """Who switched the automatic offers of this need off, if somebody did."""
    return LadderHold.objects.open().filter(need=need).select_related("by").first()


@as_one
def hold(need: Need, *, by: User, now: datetime, reason: str) -> LadderHold:
    """Make no offers of this need without a person.

    :raises AlreadySo: they are off already.
    """
    case = cases.lock(need)
    if hold_of(need):
        raise AlreadySo
    made = LadderHold.objects.create(need=need, by=by, at=now, reason=reason)
    _switched(case, need, Verb.LADDER_STOPPED, reason, by=by, now=now)
    return made


@as_one
def lift(need: Need, *, by: User, now: datetime, reason: str) -> LadderHold:
    """Let the ladder go on with the next refusal or silence.

    :raises AlreadySo: it goes on already.
    """
    case = cases.lock(need)
    row = hold_of(need)
    if row is None:
        raise AlreadySo
    row.lifted_by, row.lifted_at, row.lifted_reason = by, now, reason
    row.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])
    _switched(case, need, Verb.LADDER_RESUMED, reason, by=by, now=now)
    return row


def _switched(case: Case, need: Need, verb: Verb, reason: str, *, by: User, now: datetime) -> None:
    cases.note(case, reason, by=Actor.of(by), now=now, audience=Audience.INTERNAL, need=need, verb=verb)
