"""What changes in the pool."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from experts.models import Grade, Institution, Rating
from portal.refusals import Conflict


class AlreadyRated(Conflict):
    """There is one rating per referral and the first answer stays."""

    title = _("Already answered")
    detail = _("An answer for this service has been recorded already. It stays as it was given.")


@transaction.atomic
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
    """Keep what an enterprise answered about an institution.

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
    return rating
