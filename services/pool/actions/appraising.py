"""The quarterly sheets: made once a quarter is over, worded and graded by a curator."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from experts import scores
from experts.models import Asking, Credential, Institution, Rating
from portal.accounts.models import User
from portal.refusals import Conflict
from portal.transactions import as_one
from services.delivery import record
from services.pool import quarters
from services.pool.indicators import NEGATIVE_UP_TO, NOT_SETTLED
from services.pool.models import Appraisal
from services.pool.quarters import Quarter
from services.rectification.models import Rectification

AT_ONCE = 500
S = Institution.Standing
APPRAISED = (S.ACTIVE, S.PROBATION, S.SUSPENDED)
MEASURED = ("offered", "accepted", "declined", "timed_out", "delivered", "on_time", "reworked", "disputed", "rectified")


class AppraisedAlready(Conflict):
    """One person words a sheet; it is not worded twice."""


def make(now: datetime) -> int:
    """Sheets of the last quarter for institutions that have none; how many were made. May run twice or stop half-way:
    what is missing is made the next time.
    """
    quarter, made = quarters.last_ended(now), 0
    while institutions := list(_without(quarter)[:AT_ONCE]):
        made += len(Appraisal.objects.bulk_create(_sheets(institutions, quarter, now=now), ignore_conflicts=True))
    return made


@as_one
def decide(appraisal: Appraisal, *, grade: str, words: str, by: User, now: datetime) -> Appraisal:
    """
    :raises AppraisedAlready: somebody was faster.
    """
    rows = Appraisal.objects.open().filter(pk=appraisal.pk)
    if not rows.update(grade=grade, words=words, decided_by=by, decided_at=now):
        raise AppraisedAlready
    appraisal.refresh_from_db()
    return appraisal


def _without(quarter: Quarter) -> QuerySet[Institution]:
    """Those that were in the pool before the quarter was over; the centre does not appraise itself."""
    rows = Institution.objects.filter(standing__in=APPRAISED, created_at__lt=quarter.ends)
    rows = rows.exclude(kind=Institution.Kind.CENTRE).exclude(appraisals__quarter=quarter.name)
    return rows.only("pk", "standing").order_by("pk")


def _sheets(institutions: list[Institution], quarter: Quarter, *, now: datetime) -> Iterator[Appraisal]:
    ids = [one.pk for one in institutions]
    records = record.record_of(ids, quarter.begins, quarter.ends)
    scored = scores.load(ids)
    counted = _counted(ids, quarter)
    for one in institutions:
        seen, score = records[one.pk], scored[one.pk]
        figures = {
            "standing": one.standing,
            **{name: getattr(seen, name) for name in MEASURED},
            "hours_to_accept": _rounded(seen.hours_to_accept),
            "hours_to_rectify": _rounded(seen.hours_to_rectify),
            "score": round(score.value, 2) if score.n else None,
            "score_n": score.n,
            "score_rate": score.response_rate,
            **{name: found.get(one.pk, 0) for name, found in counted.items()},
        }
        yield Appraisal(institution=one, quarter=quarter.name, figures=figures, made_at=now)


def _counted(ids: list[int], quarter: Quarter) -> dict[str, dict[int, int]]:
    """What was asked, answered, complained of and ended in the quarter, one statement each."""
    answers = Rating.objects.filter(_in("rated_at", quarter), institution__in=ids, state=Rating.State.COUNTED)
    askings = Asking.objects.filter(_in("asked_at", quarter), institution__in=ids)
    complaints = Rectification.objects.filter(_in("opened_at", quarter), referral__institution__in=ids)
    ended = Credential.objects.filter(
        valid_to__gte=quarter.begins.date(), valid_to__lt=quarter.ends.date(), institution__in=ids
    )
    return {
        "asked": _by(askings),
        "answers": _by(answers),
        "negative": _by(answers.filter(grade__lte=NEGATIVE_UP_TO)),
        "complaints": _by(complaints, "referral__institution"),
        "not_settled": _by(complaints.filter(NOT_SETTLED), "referral__institution"),
        "credentials_ended": _by(ended),
    }


def _in(moment: str, quarter: Quarter) -> Q:
    return Q(**{f"{moment}__gte": quarter.begins, f"{moment}__lt": quarter.ends})


def _by(rows: QuerySet[Any], institution: str = "institution") -> dict[int, int]:
    return dict(rows.order_by().values_list(F(institution)).annotate(n=Count("pk")))


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)
