"""By which calendar institutions work."""

from collections.abc import Iterable

from django.db.models import QuerySet

from portal.kept import kept
from services.clocks.models import WorkCalendar
from services.directory.models import ProviderCalendar


def of_institutions(ids: Iterable[int]) -> dict[int, WorkCalendar]:
    """The calendars of institutions that have one of their own, in one query; the default one counts for the others."""
    own = ProviderCalendar.objects.filter(institution__in=list(ids)).select_related("calendar")
    return {each.institution_id: each.calendar for each in own}


def own_of(institution: int) -> int | None:
    """The key of an institution's own calendar; None where the default one counts."""
    return next(iter(_own(institution=institution)), None)


@kept
def _own(*, institution: int) -> QuerySet[ProviderCalendar, int]:
    return ProviderCalendar.objects.filter(institution=institution).values_list("calendar_id", flat=True)
