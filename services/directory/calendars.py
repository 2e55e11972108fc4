"""By which calendar institutions work."""

from collections.abc import Iterable

from services.clocks.models import WorkCalendar
from services.directory.models import ProviderCalendar


def of_institutions(ids: Iterable[int]) -> dict[int, WorkCalendar]:
    """The calendars of institutions that have one of their own, in one query; the default one counts for the others."""
    own = ProviderCalendar.objects.filter(institution__in=list(ids)).select_related("calendar")
    return {each.institution_id: each.calendar for each in own}
