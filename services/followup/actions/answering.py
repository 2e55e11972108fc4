"""Take the enterprise's answer and, for a week, another one in its place. Silence is never an answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from experts import actions as experts
from experts.models import Grade, Rating
from portal.accounts.models import User, digest
from portal.files.models import Attachment
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Verb
from services.followup.actions import door
from services.followup.faults import AlreadyAnswered, LinkClosed, LinkUnknown, NotAsked
from services.followup.models import FollowUp, SurveyAmendment, SurveyAnswer
from services.followup.models.answers import Said
from services.followup.states import FollowUpState, Solved

BY_LINK = Actor.by_rule("followup.link/1", _("answer by link"))
SAID = [field.name for field in Said._meta.get_fields()]


@dataclass(frozen=True)
class Answer:
    """What the enterprise says; whatever it leaves open stays open. See the columns of ``Said``."""

    grade: int | None
    solved: str = ""
    comment: str = ""
    shares_comment: bool = False
    contacted: bool | None = None
    timeliness: int | None = None
    attitude: int | None = None
    price_clarity: int | None = None
    recommend: int | None = None
    changed: str = ""
    benefit: Decimal | None = None

    def columns(self, row: FollowUp) -> dict[str, Any]:
        """:raises ValueError: what was said is none of the choices, or the grade is missing."""
        if self.grade is None and row.needs_grade:
            raise ValueError("An answer has a grade.")
        grade = None if self.grade is None else Grade(self.grade)
        return asdict(self) | {"grade": grade, "solved": Solved(self.solved) if self.solved else ""}


def by_token(token: str, *, now: datetime) -> FollowUp:
    """The follow-up that a link belongs to, if it can still be answered or amended. Looking changes nothing.

    :raises LinkUnknown: no such link.
    :raises LinkClosed: its time, or the week for another answer, is over, or the follow-up ended otherwise.
    """
    joined = ("referral__institution", "referral__need__item", "referral__need__board", "case", "answer")
    row = FollowUp.objects.select_related(*joined).filter(token_digest=digest(token)).first()
    if row is None:
        raise LinkUnknown
    if row.open_until is None or now >= row.open_until or not (row.is_asked or row.is_amendable(now)):
        raise LinkClosed
    return row


@as_one
def answer(
    follow_up: FollowUp,
    said: Answer,
    *,
    source: str,
    now: datetime,
    by: User | None = None,
    files: Sequence[Attachment] = (),
) -> SurveyAnswer:
    """Take the enterprise's own answer, by link, account or program.

    :raises AlreadyAnswered: somebody was faster; who has seen that answer may amend it.
    :raises NotAsked: it is not waiting for an answer.
    :raises NotForYou: the person works for the centre or belongs to the institution.
    """
    row = door.locked(follow_up)
    if by is not None:
        door.check_own(row, by)
    if row.state == FollowUpState.COMPLETED:
        raise AlreadyAnswered
    if not row.is_asked:
        raise NotAsked
    kept = keep(row, said, source=source, by=by, now=now, files=files)
    door.end(row, FollowUpState.COMPLETED, by=by, now=now)
    _told(row, by, now=now)
    door.settle(row.case, now=now)
    return kept


@as_one
def amend(
    follow_up: FollowUp,
    said: Answer,
    *,
    source: str,
    now: datetime,
    by: User | None = None,
    files: Sequence[Attachment] = (),
) -> SurveyAnswer:
    """Put another answer in the place of the first, for a week; what was said before is kept, the rating follows.
    The same answer again changes nothing.

    :raises LinkClosed: there is no answer, or the week is over.
    :raises NotForYou: the person works for the centre or belongs to the institution.
    """
    row = door.locked(follow_up)
    if by is not None:
        door.check_own(row, by)
    if not row.is_amendable(now):
        raise LinkClosed
    kept, columns = row.answer, said.columns(row)
    if not files and all(getattr(kept, name) == value for name, value in columns.items()):
        return kept
    SurveyAmendment.objects.create(answer=kept, replaced_at=now, **{name: getattr(kept, name) for name in SAID})
    for name, value in {**columns, "source": source, "by": by, "amended_at": max(now, kept.answered_at)}.items():
        setattr(kept, name, value)
    kept.save()
    _attach(row, kept, files, now=now)
    rating = Rating.objects.filter(referral_ref=row.referral_id).first() if row.rates else None
    if rating is not None and kept.grade is not None:
        experts.amend_rating(rating, grade=kept.grade, solved=_solved(kept), comment=_shared(kept), now=now)
    _told(row, by, now=now)
    return kept


def keep(
    row: FollowUp, said: Answer, *, source: str, by: User | None, now: datetime, files: Sequence[Attachment] = ()
) -> SurveyAnswer:
    """Write the answer down and rate the institution where this follow-up does. An unhappy one is found by its row and
    taken to people from there.
    """
    kept = SurveyAnswer.objects.create(
        follow_up=row, source=Rating.Source(source), by=by, answered_at=now, **said.columns(row)
    )
    _attach(row, kept, files, now=now)
    if row.rates:
        _rate(row, kept, now=now)
    return kept


def _attach(row: FollowUp, kept: SurveyAnswer, files: Sequence[Attachment], *, now: datetime) -> None:
    """Files are read by the desk and the enterprise; the institution that was rated sees none of them."""
    papers = cases.attach(row.case, files, audience=Audience.ENTERPRISE, now=now)
    if papers:
        kept.papers.add(*papers)


def _rate(row: FollowUp, kept: SurveyAnswer, *, now: datetime) -> None:
    """Record the rating. A case without enterprise counts for its submitter: a negative number, no enterprise's."""
    case = row.case
    experts.record_rating(
        row.referral.institution,
        board=row.referral.need.board_id,
        referral_ref=row.referral_id,
        enterprise_ref=case.enterprise_id or (-case.submitter_id if case.submitter_id else None),
        grade=kept.grade or 0,
        solved=_solved(kept),
        comment=_shared(kept),
        source=kept.source,
        now=now,
    )


def _shared(kept: SurveyAnswer) -> str:
    """A rating is the institution's to read; so it has the words only where the enterprise agreed."""
    return kept.comment if kept.shares_comment else ""


def _solved(kept: SurveyAnswer) -> bool | None:
    """A rating knows yes and no; partly is neither."""
    return {"": None, Solved.YES: True, Solved.PARTLY: None, Solved.NO: False}[kept.solved]


def _told(row: FollowUp, by: User | None, *, now: datetime) -> None:
    actor = Actor.of(by) if by else BY_LINK
    door.tell_timeline(row, by=actor, now=now, verb=Verb.FOLLOWED_UP, audience=Audience.ENTERPRISE)
