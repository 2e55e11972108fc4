"""The same time, week after week."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from portal.accounts.models import User
from portal.transactions import as_one
from services.boards.labs.actions.placing import place
from services.boards.labs.conditions import Wish
from services.boards.labs.faults import RulesBroken, SeriesConflicts, SlotTaken
from services.boards.labs.models import Booking, Series
from services.boards.labs.states import BookingState


@as_one
def hold_series(
    wish: Wish, *, every_weeks: int, occurrences: int, skip: bool, by: User, now: datetime, override: str = ""
) -> list[Booking]:
    """Hold the wish and its repetitions.

    :param skip: leave out dates that are taken or not allowed and keep them in ``Series.skipped``; else book nothing.
    :raises SeriesConflicts: one of the dates is not possible, or none is.
    """
    series = Series.objects.create(
        equipment=wish.equipment, every_weeks=every_weeks, occurrences=occurrences, made_by=by, made_at=now
    )
    made: list[Booking] = []
    missed: list[dict[str, str]] = []
    for number in range(occurrences):
        later = timedelta(weeks=every_weeks * number)
        each = replace(wish, begins=wish.begins + later, ends=wish.ends + later)
        try:
            made.append(place(each, to=BookingState.HELD, by=by, now=now, series=series, override=override))
        except (SlotTaken, RulesBroken) as refusal:
            day = timezone.localdate(each.begins).isoformat()
            missed.append(
                {"date": day, "reason": str(refusal.detail if isinstance(refusal, RulesBroken) else refusal.title)}
            )
    if missed and (not skip or not made):
        raise SeriesConflicts(missed)
    series.skipped = missed
    series.save(update_fields=["skipped"])
    return made
