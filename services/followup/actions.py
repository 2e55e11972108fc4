"""Plan, ask, take an answer, record a call, waive. Silence is never an answer, and nobody answers about themselves."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from experts import actions as experts
from experts.models import Grade, InstitutionMembership, Rating
from portal.accounts.models import User, digest
from portal.accounts.roles import Role
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Case, Referral, Verb
from services.cases.states import CaseState, ReferralState
from services.followup import links, reckoning
from services.followup.faults import (
    AlreadyAnswered,
    LinkClosed,
    LinkUnknown,
    NotAsked,
    NotForYou,
    OnlyTheLead,
)
from services.followup.models import FollowUp, FollowUpAttempt
from services.followup.states import FOLLOW_UP_STEPS, FollowUpState

logger = logging.getLogger(__name__)

Channel, Outcome = FollowUpAttempt.Channel, FollowUpAttempt.Outcome
RULE = "first"
BY_LINK = Actor.by_rule("followup.link/1")
SETTLE = Actor.by_rule("followup.settle/1")
LINK_OPEN = timedelta(days=14)
MOST_CALLS = 3


@dataclass(frozen=True)
class Answer:
    """What the enterprise says: one of five grades, whether the matter is solved, and words if it likes."""

    grade: int
    solved: bool | None = None
    comment: str = ""

    @property
    def is_negative(self) -> bool:
        """The last two of the five grades."""
        return self.grade <= Grade.DISSATISFIED

    @property
    def is_unhappy(self) -> bool:
        return self.is_negative or self.solved is False


@transaction.atomic
def plan(now: datetime, *, since: datetime | None = None, limit: int = 1000) -> int:
    """Owe a follow-up for every confirmed referral that has none, automatic confirmations included. May run twice.

    :param since: look only at referrals confirmed since then; without it at all, so that a missed run misses nobody.
    """
    confirmed = Referral.objects.filter(
        ~Exists(FollowUp.objects.filter(referral=OuterRef("pk"), rule=RULE)), state=ReferralState.CONFIRMED
    )
    if since is not None:
        confirmed = confirmed.filter(confirmed_at__gte=since)
    due = reckoning.first_follow_up()
    columns = confirmed.order_by("confirmed_at").values_list("pk", "case", "confirmed_at")
    rows = [
        FollowUp(referral_id=pk, case_id=case, rule=RULE, due_at=due(confirmed_at))
        for pk, case, confirmed_at in columns[:limit]
        if confirmed_at
    ]
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def send_due(now: datetime, *, limit: int = 200) -> int:
    """Ask where it is time. Each in a transaction of its own, so that one that fails holds up nobody."""
    asked = 0
    for key in FollowUp.objects.due_to_ask(now).order_by("due_at")[:limit].values_list("pk"):
        try:
            asked += ask(key, now=now)
        except Exception:
            logger.exception("Follow-up %s could not be asked; it stays due", key[0])
    return asked


@transaction.atomic
def ask(key: tuple[int], *, now: datetime) -> bool:
    """Send the link of a planned follow-up. Whether it was still to do: another worker may hold or have done it."""
    found = FollowUp.objects.filter(pk=key[0], state=FollowUpState.SCHEDULED)
    row = found.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return False
    _send_link(row, now=now)
    return True


def _send_link(row: FollowUp, *, now: datetime) -> None:
    reference = links.new_reference(row.pk)
    row.state, row.token_digest, row.closes_at = FollowUpState.DUE, digest(links.token(reference)), now + LINK_OPEN
    row.save(update_fields=["state", "token_digest", "closes_at"])
    referral = Referral.objects.select_related("case__submitter", "need__item", "institution").get(pk=row.referral_id)
    recipient = _who(referral.case)
    outcome = Outcome.SENT if recipient else Outcome.NOBODY
    FollowUpAttempt.objects.create(follow_up=row, channel=Channel.LINK, outcome=outcome, at=now)
    if recipient:
        notices.tell(
            [recipient],
            "followup_enterprise",
            key=f"followup-{reference}",
            facts=_facts(referral, row),
            path=links.notice_path(reference),
            now=now,
        )


def _who(case: Case) -> Recipient | None:
    """One person, the one who asked: one survey is not for several people."""
    if case.submitter and case.submitter.is_active:
        return Recipient(user=case.submitter)
    if case.contact_email or case.contact_phone:
        return Recipient(email=case.contact_email, phone=case.contact_phone)
    return None


def _facts(referral: Referral, row: FollowUp) -> dict[str, str]:
    item, institution = referral.need.item, referral.institution
    return {
        "number": referral.case.number,
        "item_zh": item.name_zh,
        "item_en": item.name_en,
        "institution_zh": institution.name_zh,
        "institution_en": institution.name_en or institution.name_zh,
        "closes_at": row.closes_at.isoformat() if row.closes_at else "",
    }


def by_token(token: str, *, now: datetime) -> FollowUp:
    """The follow-up that a link belongs to, if it can still be answered. Looking changes nothing.

    :raises LinkUnknown: no such link.
    :raises AlreadyAnswered: it was used.
    :raises LinkClosed: its time is over, or the follow-up ended otherwise.
    """
    joined = ("referral__institution", "referral__need__item", "referral__need__board", "case")
    row = FollowUp.objects.select_related(*joined).filter(token_digest=digest(token)).first()
    if row is None:
        raise LinkUnknown
    if row.state == FollowUpState.COMPLETED:
        raise AlreadyAnswered
    if not row.is_asked or row.closes_at is None or row.closes_at <= now:
        raise LinkClosed
    return row


@transaction.atomic
def answer(follow_up: FollowUp, said: Answer, *, source: str, now: datetime, by: User | None = None) -> Rating:
    """Take the enterprise's own answer, by link, account or program; the first one stays.

    :raises AlreadyAnswered: somebody was faster.
    :raises NotAsked: it is not waiting for an answer.
    :raises NotForYou: the person works for the centre or belongs to the institution.
    """
    row = _locked(follow_up)
    if row.state == FollowUpState.COMPLETED:
        raise AlreadyAnswered
    if not row.is_asked:
        raise NotAsked
    if by is not None:
        _check_bias(row, by, staff_too=True)
    rating = _rate(row, said, source=source, now=now)
    _end(row, FollowUpState.COMPLETED, by=by, now=now)
    cases.note(
        row.case,
        said.comment,
        by=Actor.of(by) if by else BY_LINK,
        now=now,
        audience=Audience.ENTERPRISE,
        referral=row.referral,
        verb=Verb.FOLLOWED_UP,
    )
    settle(row.case, now=now)
    return rating


@transaction.atomic
def record_call(
    follow_up: FollowUp, *, by: User, now: datetime, outcome: str, said: Answer | None = None, note: str = ""
) -> FollowUp:
    """Write down a call. A spoken answer is marked as such; the third call without an answer ends the asking.

    :raises NotForYou: the caller handled the case or belongs to the institution.
    :raises NotAsked: it is not waiting for an answer.
    :raises ValueError: an answer without a grade.
    """
    row = _locked(follow_up)
    _check_bias(row, by)
    if not row.is_asked:
        raise NotAsked
    row.attempts += 1
    FollowUpAttempt.objects.create(
        follow_up=row, channel=Channel.PHONE, outcome=Outcome(outcome), note=note, by=by, at=now
    )
    if outcome == Outcome.ANSWERED:
        if said is None:
            raise ValueError("A spoken answer has a grade.")
        _rate(row, said, source=Rating.Source.SPOKEN, now=now)
        _end(row, FollowUpState.COMPLETED, by=by, now=now)
        _noted(row, said.comment, by=by, now=now)
    elif row.attempts >= MOST_CALLS:
        _end(row, FollowUpState.UNREACHABLE, by=None, now=now)
        _noted(row, note, by=by, now=now)
    else:
        _step(row, FollowUpState.ATTEMPTED)
        row.save(update_fields=["state", "attempts"])
    settle(row.case, now=now)
    return row


@transaction.atomic
def waive(follow_up: FollowUp, *, by: User, now: datetime, reason: str) -> FollowUp:
    """A team lead decides that nobody is asked, and says why.

    :raises OnlyTheLead: somebody else tries.
    :raises NotAsked: it is over already.
    """
    if not by.has_perm("triage.lead"):
        raise OnlyTheLead
    row = _locked(follow_up)
    if row.is_over:
        raise NotAsked
    row.reason = reason
    _end(row, FollowUpState.WAIVED, by=None, now=now)
    _noted(row, reason, by=by, now=now)
    settle(row.case, now=now)
    return row


@transaction.atomic
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
    states = list(FollowUp.objects.filter(case=case).values_list("referral", "state"))
    asked = {referral for referral, _state in states}
    confirmed = set(case.referrals.filter(state=ReferralState.CONFIRMED).values_list("pk", flat=True))
    return bool(states) and confirmed <= asked and all(FollowUp(state=state).is_over for _referral, state in states)


def _locked(follow_up: FollowUp) -> FollowUp:
    """The row as it is now, the case locked before it, as everywhere."""
    cases.lock(follow_up.case)
    joined = ("case__station", "case__owner", "referral__need__item", "referral__institution", "referral__case")
    return FollowUp.objects.select_for_update(of=("self",)).select_related(*joined).get(pk=follow_up.pk)


def _check_bias(row: FollowUp, user: User, *, staff_too: bool = False) -> None:
    handled = {row.case.owner_id, row.referral.handler_id}
    rated = InstitutionMembership.objects.filter(institution=row.referral.institution_id, user=user, active=True)
    if (staff_too and user.works_here) or user.pk in handled or rated.exists():
        raise NotForYou


def _rate(row: FollowUp, said: Answer, *, source: str, now: datetime) -> Rating:
    """Record the rating. A case without enterprise counts for its submitter: a negative number, no enterprise's."""
    case = row.case
    voter = case.enterprise_id or (-case.submitter_id if case.submitter_id else None)
    if said.is_unhappy:
        _pass_on(row, said, now=now)
    return experts.record_rating(
        row.referral.institution,
        board=row.referral.need.board_id,
        referral_ref=row.referral_id,
        enterprise_ref=voter,
        grade=Grade(said.grade),
        solved=said.solved,
        comment=said.comment,
        source=source,
        now=now,
    )


def _pass_on(row: FollowUp, said: Answer, *, now: datetime) -> None:
    """Tell the contact person and the leads of the station; what was said they read in the case."""
    leads = User.objects.filter(
        role=Role.TEAM_LEAD, is_active=True, assignments__station__in=row.case.station.line
    ).distinct()
    people = {user.pk: user for user in (row.case.owner, *leads) if user}
    notices.tell(
        [Recipient(user=user) for user in people.values()],
        "followup_negative_desk",
        key=f"followup-negative-{row.pk}",
        facts={**_facts(row.referral, row), "negative": "yes" if said.is_negative else ""},
        path=row.case.get_absolute_url(),
        now=now,
    )


def _step(row: FollowUp, to: FollowUpState) -> None:
    if to not in FOLLOW_UP_STEPS[FollowUpState(row.state)]:
        raise NotAsked
    row.state = to


def _end(row: FollowUp, to: FollowUpState, *, by: User | None, now: datetime) -> None:
    _step(row, to)
    row.completed_at, row.answered_by = now, by
    row.save(update_fields=["state", "completed_at", "answered_by", "attempts", "reason"])


def _noted(row: FollowUp, text: str, *, by: User, now: datetime) -> None:
    cases.note(
        row.case,
        text,
        by=Actor.of(by),
        now=now,
        audience=Audience.INTERNAL,
        referral=row.referral,
        verb=Verb.FOLLOWED_UP if row.state == FollowUpState.COMPLETED else Verb.NOTED,
    )
