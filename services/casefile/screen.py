"""The rows of which the page of one case is made."""

from django.db.models import QuerySet

from portal.accounts.models import User
from portal.kept import kept
from services.cases.models import Case
from services.followup.models import FollowUp


@kept
def called(*, number: str, user: User) -> QuerySet[Case]:
    rows = Case.objects.visible_to(user).with_calendar().defer("search", "merged_into__search")
    return rows.select_related("enterprise", "owner", "station", "merged_into").filter(number=number)


@kept
def to_rate(*, case: int, user: User) -> QuerySet[FollowUp]:
    return FollowUp.objects.visible_to(user).filter(case=case).asked()
