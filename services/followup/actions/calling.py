"""What staff do where a link stays silent: call or visit, three times at different times of the day; or waive."""

from datetime import datetime

from experts import actions as experts
from experts.models import Rating
from portal.accounts.models import User
from portal.transactions import as_one
from services.cases.actors import Actor
from services.cases.models import Audience, Verb
from services.followup import reckoning
from services.followup.actions import door
from services.followup.actions.answering import Answer, keep
from services.followup.actions.asking import Channel, Outcome
from services.followup.faults import NotAsked, OnlyTheLead, TooSoon
from services.followup.models import FollowUp, FollowUpAttempt
from services.followup.states import FollowUpState

MOST_CALLS = 3


@as_one
def record_call(
    follow_up: FollowUp,
    *,
    by: User,
    now: datetime,
    outcome: str,
    channel: str = Channel.PHONE,
    said: Answer | None = None,
    wished_at: datetime | None = None,
    note: str = "",
) -> FollowUp:
    """Write down a call or a visit. A spoken answer is marked as such; the third try without one ends the asking.

    Tries count when they are made in different halves of a day. A wish to be called later is always written down.

    :raises NotForYou: the caller handled the case or belongs to the institution.
    :raises NotAsked: it is not waiting for an answer.
    :raises TooSoon: nobody was reached, and this morning or afternoon somebody has tried already.
    :raises ValueError: an answer without a grade.
    """
    row = door.locked(follow_up)
    door.check_free(row, by)
    if not row.is_asked:
        raise NotAsked
    again = _tried_now(row, now)
    if again and outcome == Outcome.NOT_REACHED:
        raise TooSoon
    FollowUpAttempt.objects.create(
        follow_up=row, channel=channel, outcome=Outcome(outcome), note=note, wished_at=wished_at, by=by, at=now
    )
    row.attempts += 0 if again else 1
    if outcome == Outcome.ANSWERED:
        _answered(row, said, by=by, now=now)
    else:
        _unanswered(row, wished_at, by=by, now=now)
    door.settle(row.case, now=now)
    return row


@as_one
def waive(follow_up: FollowUp, *, by: User, now: datetime, reason: str) -> FollowUp:
    """Nobody is asked, or asked any more, for a reason that stays on record; the institution loses nothing by it.

    :raises OnlyTheLead: somebody else wants to waive.
    :raises NotForYou: the lead handled the case.
    :raises NotAsked: it is over already.
    """
    if not by.has_perm("triage.lead"):
        raise OnlyTheLead
    row = door.locked(follow_up)
    door.check_free(row, by)
    if row.is_over:
        raise NotAsked
    row.reason = reason
    door.end(row, FollowUpState.WAIVED, by=None, now=now)
    if row.rates:
        experts.withdraw_asking(row.referral_id)
    door.tell_timeline(row, reason, by=Actor.of(by), now=now, verb=Verb.NOTED, audience=Audience.INTERNAL)
    door.settle(row.case, now=now)
    return row


def _tried_now(row: FollowUp, now: datetime) -> bool:
    tries = row.tries.exclude(channel=Channel.LINK).values_list("at", flat=True)
    return any(reckoning.half_day(at) == reckoning.half_day(now) for at in tries)


def _answered(row: FollowUp, said: Answer | None, *, by: User, now: datetime) -> None:
    if said is None:
        raise ValueError("An answer says something.")
    keep(row, said, source=Rating.Source.SPOKEN, by=by, now=now)
    door.end(row, FollowUpState.COMPLETED, by=by, now=now)
    door.tell_timeline(row, by=Actor.of(by), now=now, verb=Verb.FOLLOWED_UP, audience=Audience.INTERNAL)


def _unanswered(row: FollowUp, wished_at: datetime | None, *, by: User, now: datetime) -> None:
    if row.attempts < MOST_CALLS:
        door.step(row, FollowUpState.ATTEMPTED)
        row.call_at = wished_at or reckoning.next_half_day(now)
        row.save(update_fields=["state", "attempts", "call_at"])
        return
    door.end(row, FollowUpState.UNREACHABLE, by=None, now=now)
    door.tell_timeline(row, by=Actor.of(by), now=now, verb=Verb.NOTED, audience=Audience.INTERNAL)
