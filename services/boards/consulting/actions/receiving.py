"""A consulting service was confirmed: its report becomes the draft of a diagnosis."""

from collections.abc import Sequence

from services.boards.consulting.models import Diagnosis
from services.boards.consulting.states import DiagnosisState
from services.cases.models import Referral, Result

REPORTS = frozenset({Result.Kind.PLAN, Result.Kind.ADVICE})
LONGEST_TITLE, LONGEST_SUMMARY = 160, 5000


def draft(referral: Referral, results: Sequence[Result]) -> Diagnosis | None:
    """The draft made from the latest report among the results; none without one, or where nobody knows the enterprise.
    Called again it makes no second one.
    """
    reports = [one for one in results if one.kind in REPORTS]
    if not reports or not referral.case.enterprise_id:
        return None
    report = max(reports, key=lambda one: (one.kind == Result.Kind.PLAN, one.issued_on, one.pk))
    when = referral.confirmed_at or referral.created_at
    title = f"{referral.need.item.name_zh} {referral.case.number}-{referral.need.position}"
    made, _new = Diagnosis.objects.get_or_create(
        referral=referral,
        defaults={
            "enterprise_id": referral.case.enterprise_id,
            "title": title[:LONGEST_TITLE],
            "visited_on": report.issued_on,
            "diagnosed_by": referral.institution.name_zh[:200],
            "summary": report.summary[:LONGEST_SUMMARY],
            "paper": report.document.attachment if report.document else None,
            "state": DiagnosisState.DRAFT,
            "created_at": when,
            "changed_at": when,
        },
    )
    return made
