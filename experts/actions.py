"""What enterprises are asked and answer about institutions, and what becomes of an answer on appeal."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from experts import reckoning
from experts.models import Asking, Grade, Institution, Rating
from portal.refusals import Conflict
from portal.transactions import as_one


class AlreadyRated(Conflict):
    """There is one rating per referral and the first answer stays."""

    title = _("Already answered")
    detail = _("An answer for this service has been recorded already. It stays as it was given.")


class AppealOver(Conflict):
    """An answer is taken under appeal once at a time, and an appeal is decided once."""

    title = _("Not possible any more")
    detail = _("The appeal about this answer has been opened or decided already. Open the page again to see how.")


@as_one
def record_asking(institution: Institution, *, board: str, referral_ref: int, now: datetime) -> Asking:
    """Keep that an enterprise was asked about a referral. May run twice: the first asking counts."""
    asking, _made = Asking.objects.get_or_create(
        referral_ref=referral_ref, defaults={"institution": institution, "board": board, "asked_at": now}
    )
    return asking


def record_askings(asked: Iterable[tuple[int, str, int]], *, now: datetime) -> None:
    """The same for many, each as institution, board and referral, in one statement."""
    rows = [Asking(institution_id=one, board=board, referral_ref=ref, asked_at=now) for one, board, ref in asked]
    Asking.objects.bulk_create(rows, ignore_conflicts=True)


def withdraw_asking(referral_ref: int) -> None:
    """Nobody is asked after all, for a reason on record; an answer that was given stays."""
    Asking.objects.filter(referral_ref=referral_ref, answered_at=None).delete()


@as_one
def record_rating(
    institution: Institution,
    *,
    board: str,
    referral_ref: int,
    enterprise_ref: int | None,
    grade: int,
    solved: bool | None,
    comment: str,
    source: str,
    now: datetime,
) -> Rating:
    """Keep what an enterprise answered about an institution; whoever answers was asked.

    :raises ValueError: not one of the five grades.
    :raises AlreadyRated: the referral has an answer; it is not replaced.
    """
    rating, made = Rating.objects.get_or_create(
        referral_ref=referral_ref,
        defaults={
            "institution": institution,
            "board": board,
            "enterprise_ref": enterprise_ref,
            "grade": Grade(grade),
            "solved": solved,
            "comment": comment,
            "source": Rating.Source(source),
            "rated_at": now,
        },
    )
    if not made:
        raise AlreadyRated
    record_asking(institution, board=board, referral_ref=referral_ref, now=now)
    Asking.objects.filter(referral_ref=referral_ref).update(answered_at=Greatest("asked_at", now))
    _reckon(institution.pk, now=now)
    return rating


@as_one
def amend_rating(rating: Rating, *, grade: int, solved: bool | None, comment: str, now: datetime) -> Rating:
    """The enterprise changes its answer. Its date and its standing in the score stay; what it said before is history.

    :raises ValueError: not one of the five grades.
    """
    row = _locked(rating)
    row.grade, row.solved, row.comment, row.amended_at = Grade(grade), solved, comment, now
    row.save(update_fields=["grade", "solved", "comment", "amended_at"])
    _reckon(row.institution_id, now=now)
    return row


@as_one
def put_under_appeal(rating: Rating, *, now: datetime) -> Rating:
    """Leave the answer out of the score until the appeal is decided.

    :raises AppealOver: it is under appeal, or was excluded.
    """
    row = _locked(rating)
    if row.state != Rating.State.COUNTED:
        raise AppealOver
    row.state = Rating.State.UNDER_APPEAL
    row.save(update_fields=["state"])
    _reckon(row.institution_id, now=now)
    return row


@as_one
def settle_appeal(rating: Rating, *, upheld: bool, now: datetime) -> Rating:
    """Take the answer out of the score for good, or back into it.

    :raises AppealOver: it is not under appeal.
    """
    row = _locked(rating)
    if row.state != Rating.State.UNDER_APPEAL:
        raise AppealOver
    row.state = Rating.State.EXCLUDED if upheld else Rating.State.COUNTED
    row.excluded_reason = Rating.ExcludedReason.APPEAL_UPHELD if upheld else ""
    row.save(update_fields=["state", "excluded_reason"])
    _reckon(row.institution_id, now=now)
    return row


def _locked(rating: Rating) -> Rating:
    return Rating.objects.select_for_update().get(pk=rating.pk)


def _reckon(institution: int, *, now: datetime) -> None:
    """One answer after the other: the second of two at once sees the first."""
    Institution.objects.select_for_update(no_key=True).get(pk=institution)
    reckoning.reckon_one(institution, now=now)
