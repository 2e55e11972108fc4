"""The rows of which the page of one case is made."""

from django.db.models import QuerySet

from portal.accounts.models import NAMED, User
from portal.columns import none_but
from portal.kept import kept
from services.cases.models import Case
from services.followup.models import FollowUp

ASIDE = (*none_but(Case, "owner", *NAMED), *none_but(Case, "merged_into", "number"))
"""Columns of what is joined that nothing on the page says."""


@kept
def called(*, number: str, user: User) -> QuerySet[Case]:
    rows = Case.objects.visible_to(user).with_calendar().select_related("enterprise", "owner", "station", "merged_into")
    return rows.defer("search", *ASIDE).filter(number=number)


@kept
def to_rate(*, case: int, user: User) -> QuerySet[FollowUp]:
    return FollowUp.objects.visible_to(user).filter(case=case).asked()
