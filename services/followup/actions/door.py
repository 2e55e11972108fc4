"""What every step of a follow-up shares: the locks, who must not take it, its end, and what follows for the case."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from experts.models import InstitutionMembership
from portal.accounts.models import User
from portal.kept import kept
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Case, Referral, Verb
from services.cases.states import CaseState, ReferralState
from services.catalogue.models import large
from services.followup.faults import NotAsked, NotForYou
from services.followup.models import FollowUp
from services.followup.states import FOLLOW_UP_STEPS, FollowUpState

SETTLE = Actor.by_rule("followup.settle/1", _("every service settled"))


def locked(follow_up: FollowUp) -> FollowUp:
    """The row as it is now, the case locked before it, as everywhere."""
    cases.lock(follow_up.case)
    for row in _locked(pk=follow_up.pk):
        return row
    raise FollowUp.DoesNotExist


@kept
def _locked(*, pk: int) -> QuerySet[FollowUp]:
    joined = ("case__station", "case__owner", "referral__need__item", "referral__institution", "referral__case")
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related(*joined).filter(pk=pk)
    return rows.defer("case__search", "referral__case__search", *large("referral__need__item"))


def check_free(row: FollowUp, user: User) -> None:
    """:raises NotForYou: the person handled the case or belongs to the rated institution."""
    if not FollowUp.objects.filter(pk=row.pk).free_of(user).exists():
        raise NotForYou


def check_own(row: FollowUp, user: User) -> None:
    """:raises NotForYou: whoever wants to answer for the enterprise works for the centre or the rated institution."""
    if user.works_here or _belonging(institution=row.referral.institution_id, user=user):
        raise NotForYou


@kept
def _belonging(*, institution: int, user: User) -> QuerySet[InstitutionMembership, int]:
    rows = InstitutionMembership.objects.filter(institution=institution, user=user, active=True)
    return rows.values_list("pk", flat=True)[:1]


def step(row: FollowUp, to: FollowUpState) -> None:
    """:raises NotAsked: the table has no such step."""
    if to not in FOLLOW_UP_STEPS[FollowUpState(row.state)]:
        raise NotAsked
    row.state = to


def end(row: FollowUp, to: FollowUpState, *, by: User | None, now: datetime) -> None:
    """Take the last step; ``by`` is whose answer, or whose record of one, it is."""
    step(row, to)
    row.completed_at, row.answered_by = now, by
    row.save(update_fields=["state", "completed_at", "answered_by", "attempts", "reason"])


def tell_timeline(row: FollowUp, text: str = "", *, by: Actor, now: datetime, verb: Verb, audience: Audience) -> None:
    """A line in the case. What the enterprise said is not in it: lines stay for good, words can be erased."""
    cases.note(row.case, text, by=by, now=now, audience=audience, referral=row.referral, verb=verb)


@as_one
def settle(case: Case, *, now: datetime) -> bool:
    """A closed case whose follow-ups are all over has been followed up. Derived; nobody sets it by hand."""
    case = cases.lock(case)
    if case.state != CaseState.CLOSED or not _all_over(case):
        return False
    cases.move(case, CaseState.FOLLOWED_UP, verb=Verb.MOVED, by=SETTLE, now=now, audience=Audience.INTERNAL)
    return True


def settle_closed(now: datetime, *, since: datetime | None = None, limit: int = 500) -> int:
    """Cases that closed after their last follow-up was over."""
    over = FollowUp.objects.filter(case=OuterRef("pk"))
    waiting = Case.objects.filter(Exists(over), ~Exists(over.open()), state=CaseState.CLOSED)
    if since is not None:
        waiting = waiting.filter(closed_at__gte=since)
    return sum(settle(case, now=now) for case in waiting.order_by("pk")[:limit])


def _all_over(case: Case) -> bool:
    """Every confirmed referral was asked about and none is still open."""
    states: list[tuple[int, str]] = _states(case=case.pk)
    asked = {referral for referral, _state in states}
    confirmed = set(_confirmed(case=case.pk))
    return bool(states) and confirmed <= asked and all(FollowUp(state=state).is_over for _referral, state in states)


@kept
def _states(*, case: int) -> QuerySet[FollowUp, tuple[int, str]]:
    return FollowUp.objects.filter(case=case).values_list("referral", "state")


@kept
def _confirmed(*, case: int) -> QuerySet[Referral, int]:
    return Referral.objects.filter(case=case, state=ReferralState.CONFIRMED).values_list("pk", flat=True)
