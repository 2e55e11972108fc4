"""The rows of which the page of one case is made."""

from django.db.models import Prefetch, QuerySet

from portal.accounts.models import User
from portal.kept import kept
from services.cases.models import Case, Need, Referral, Result
from services.followup.models import FollowUp


@kept
def called(*, number: str, user: User) -> QuerySet[Case]:
    rows = Case.objects.visible_to(user).with_calendar().defer("search", "merged_into__search")
    return rows.select_related("enterprise", "owner", "station", "merged_into").filter(number=number)


def needs_of(case: Case) -> list[Need]:
    needs: list[Need] = _needs(case=case.pk)
    for need in needs:
        need.case = case
    return needs


@kept
def _needs(*, case: int) -> QuerySet[Need]:
    results = Prefetch("results", Result.objects.issued().select_related("document__attachment"))
    referrals = Prefetch(
        "referrals",
        Referral.objects.select_related("institution", "match_record").prefetch_related(results).order_by("-id"),
    )
    rows = Need.objects.filter(case=case).select_related("item", "board", "after__item")
    return rows.defer("item__search", "after__item__search").prefetch_related(referrals).order_by("position")


@kept
def to_rate(*, case: int, user: User) -> QuerySet[FollowUp]:
    return FollowUp.objects.visible_to(user).filter(case=case).asked()
