"""What the clocks run on: the case behind each segment, with the need and the referral where there are any."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.cases.models import Case, Need, Referral
from services.clocks.models import ClockSegment

OF_CASE = ("station", "owner", "submitter", "enterprise")
OF_NEED = ("item", "board", *(f"case__{name}" for name in OF_CASE))
OF_REFERRAL = ("institution", "handler", "need__item", "need__board", *(f"case__{name}" for name in OF_CASE))


@dataclass(frozen=True)
class Subject:
    """One promise and what it is about. Without a case it is none of a station's: an application to the pool."""

    segment: ClockSegment
    case: Case | None = None
    need: Need | None = None
    referral: Referral | None = None


def load(segments: Iterable[ClockSegment]) -> list[Subject]:
    """The subjects of the segments, in their order; one query for each kind that occurs."""
    rows = list(segments)
    ids: dict[str, set[int]] = defaultdict(set)
    for segment in rows:
        ids[segment.subject_kind].add(segment.subject_id)
    cases = _cases(ids["case"])
    needs = _needs(ids["need"])
    referrals = _referrals(ids["referral"])
    return [_subject(segment, cases, needs, referrals) for segment in rows]


def _subject(
    segment: ClockSegment, cases: dict[int, Case], needs: dict[int, Need], referrals: dict[int, Referral]
) -> Subject:
    pk = segment.subject_id
    if segment.subject_kind == ClockSegment.Subject.CASE and pk in cases:
        return Subject(segment, cases[pk])
    if segment.subject_kind == ClockSegment.Subject.NEED and pk in needs:
        return Subject(segment, needs[pk].case, needs[pk])
    if segment.subject_kind == ClockSegment.Subject.REFERRAL and pk in referrals:
        referral = referrals[pk]
        return Subject(segment, referral.case, referral.need, referral)
    return Subject(segment)


def _cases(ids: set[int]) -> dict[int, Case]:
    return Case.objects.select_related(*OF_CASE).defer("search", "text").in_bulk(ids) if ids else {}


def _needs(ids: set[int]) -> dict[int, Need]:
    return Need.objects.select_related(*OF_NEED).defer("case__search", "case__text").in_bulk(ids) if ids else {}


def _referrals(ids: set[int]) -> dict[int, Referral]:
    rows = Referral.objects.select_related(*OF_REFERRAL).defer("case__search", "case__text", "plan")
    return rows.in_bulk(ids) if ids else {}
