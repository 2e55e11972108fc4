"""The institution's word about a rating of its own: a reply, and an appeal that somebody uninvolved decides."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from experts import actions as experts
from experts.models import Rating
from portal.accounts.models import User
from portal.files.models import Attachment
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.faults import StaleState
from services.cases.models import Audience, Referral, Verb
from services.followup.models import SurveyAnswer
from services.rectification import door, opening, people, promises, telling
from services.rectification.faults import AlreadyAppealed, AlreadyDecided, AlreadyReplied, AppealTooLate, Involved
from services.rectification.models import Appeal, RatingReply, Rectification
from services.rectification.states import AppealState
from services.rectification.states import RectificationState as S

JOINED = ("case__station", "case__owner", "case__submitter", "need__item", "institution")


@as_one
def lodge(rating: Rating, *, by: User, now: datetime, reason: str, attachments: Iterable[Attachment] = ()) -> Appeal:
    """Appeal against a rating; until it is decided the rating does not count, and what was to be put right rests.

    :raises NotTheInstitution: the person does not act for the institution.
    :raises AppealTooLate: ten working days are over.
    :raises AlreadyAppealed: each rating can be appealed once.
    """
    referral = Referral.objects.select_related(*JOINED).get(pk=rating.referral_ref)
    case = cases.lock(referral)
    people.check_member(referral, by)
    if Appeal.objects.filter(rating=rating).exists():
        raise AlreadyAppealed
    if now >= promises.appeal_until(referral, rating.rated_at):
        raise AppealTooLate
    for pk in SurveyAnswer.objects.unhappy().filter(follow_up__referral=referral).values_list("pk", flat=True):
        opening.open_one(pk, now=now)
    experts.put_under_appeal(rating, now=now)
    appeal = Appeal.objects.create(
        rating=rating,
        referral=referral,
        reason=reason,
        lodged_by=by,
        lodged_at=now,
        due_at=promises.start(referral, "appeal", now=now),
    )
    appeal.papers.set(cases.attach(case, attachments, audience=Audience.PROVIDER, now=now, referral=referral))
    _rest(appeal, by=by, now=now)
    telling.appealed(appeal, now=now)
    return appeal


def _rest(appeal: Appeal, *, by: User, now: datetime) -> None:
    """What was to be put right because of the rating waits where it stands."""
    row = Rectification.objects.open().filter(rating=appeal.rating_id).first()
    columns: dict[str, Any] = {"stood": row.state, "due_at": appeal.due_at} if row else {}
    _step(appeal, row, S.APPEALED, verb=Verb.APPEALED, by=by, now=now, note=appeal.reason, **columns)


@as_one
def decide(
    appeal: Appeal, *, by: User, now: datetime, uphold: bool, decision: str, version: int | None = None
) -> Appeal:
    """Upheld: the rating leaves the score and nothing is to be put right. Dismissed: both go on as before.

    :raises Involved: the person is no officer, had to do with the case, or belongs to one of its sides.
    :raises AlreadyDecided: somebody was faster.
    """
    cases.lock(appeal.referral)
    current = Appeal.objects.select_related("rating", *(f"referral__{one}" for one in JOINED)).get(pk=appeal.pk)
    if current.is_over:
        raise AlreadyDecided
    if version is not None and version != current.version:
        raise StaleState(current.referral.case)
    if not by.has_perm("rectification.decide"):
        raise Involved
    people.check_judge(current.referral, by)
    current.state, current.decision = AppealState.UPHELD if uphold else AppealState.DISMISSED, decision
    current.decided_by, current.decided_at, current.due_at, current.version = by, now, None, current.version + 1
    current.save(update_fields=["state", "decision", "decided_by", "decided_at", "due_at", "version"])
    experts.settle_appeal(current.rating, upheld=uphold, now=now)
    promises.stop_appeal(current.referral, now=now)
    _go_on(current, by=by, now=now)
    telling.decided(current, now=now)
    return current


def _go_on(appeal: Appeal, *, by: User, now: datetime) -> None:
    """What waited is over, or goes on where it stood."""
    row = Rectification.objects.filter(rating=appeal.rating_id, state=S.APPEALED).first()
    upheld = appeal.state == AppealState.UPHELD
    to = S.UPHELD if upheld or row is None else S(row.stood)
    columns: dict[str, Any] = {"closed_at": now, "closed_by": by} if upheld else {}
    _step(appeal, row, to, verb=Verb.APPEAL_DECIDED, by=by, now=now, note=appeal.decision, **columns)


def _step(
    appeal: Appeal,
    row: Rectification | None,
    to: S,
    *,
    verb: Verb,
    by: User,
    now: datetime,
    note: str,
    **columns: Any,
) -> None:
    """The line of the timeline; with the step of the rectification where there is one. The enterprise reads the
    decision, not the quarrel.
    """
    audience = Audience.PROVIDER if verb == Verb.APPEALED else Audience.SHARED
    if row:
        door.move(row, to, verb=verb, by=Actor.of(by), now=now, audience=audience, note=note, **columns)
    else:
        referral, actor = appeal.referral, Actor.of(by)
        cases.note(referral.case, note, by=actor, now=now, audience=audience, referral=referral, verb=verb)


@as_one
def reply_to(rating: Rating, *, by: User, now: datetime, text: str) -> RatingReply:
    """What the institution has to say to the rating; staff and the enterprise read it.

    :raises NotTheInstitution: the person does not act for the institution.
    :raises AlreadyReplied: each rating has one reply.
    """
    referral = Referral.objects.select_related(*JOINED).get(pk=rating.referral_ref)
    case = cases.lock(referral)
    people.check_member(referral, by)
    if RatingReply.objects.filter(rating=rating).exists():
        raise AlreadyReplied
    cases.note(case, text, by=Actor.of(by), now=now, audience=Audience.SHARED, referral=referral)
    return RatingReply.objects.create(rating=rating, referral=referral, text=text, by=by, at=now)
