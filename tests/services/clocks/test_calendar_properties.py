"""The engine against an oracle that walks minute by minute, and laws that hold for every calendar."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.clocks.calendar import Calendar, Override, Pause, Window

SPAN = 3 * 1440
DAYS = {
    "Asia/Shanghai": date(2026, 2, 27),
    "Europe/Berlin": date(2026, 3, 28),
    "America/St_Johns": date(2026, 10, 31),
    "Australia/Lord_Howe": date(2026, 4, 4),
    "America/New_York": date(2028, 2, 28),
    "Atlantic/Azores": date(2026, 10, 24),
}
MINUTE = timedelta(minutes=1)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(edges[0::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    zone = draw(st.sampled_from(sorted(DAYS)))
    weekly = (*(draw(windows()) for _ in range(6)), ((540, 1020),))
    near = st.integers(-1, 4).map(lambda offset: DAYS[zone] + timedelta(days=offset))
    return Calendar(zone, weekly, draw(st.dictionaries(near, windows().map(Override), max_size=3)))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Calendar, datetime, list[Pause]]:
    calendar = draw(calendars())
    day = DAYS[calendar.timezone]
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    start = midnight + draw(st.integers(0, 1440)) * MINUTE
    pauses: list[Pause] = []
    for _ in range(draw(st.integers(0, 3))):
        begin = midnight + draw(st.integers(-600, SPAN)) * MINUTE
        length = draw(st.one_of(st.none(), st.integers(0, 1500)))
        pauses.append((begin, None if length is None else begin + length * MINUTE))
    return calendar, start, pauses


def walk(calendar: Calendar, start: datetime, pauses: list[Pause], minutes: int) -> list[int]:
    """Elapsed minutes after each of so many minutes, counted one by one."""
    elapsed = [0]
    for offset in range(minutes):
        minute = start + offset * MINUTE
        local = minute.astimezone(calendar.zone)
        override = calendar.overrides.get(local.date())
        today = calendar.weekly[local.weekday()] if override is None else override.windows
        works = any(a <= local.hour * 60 + local.minute < b for a, b in today)
        held = any(begin <= minute and (end is None or minute < end) for begin, end in pauses)
        elapsed.append(elapsed[-1] + (works and not held))
    return elapsed


def utc(at: datetime | None) -> datetime:
    """Python calls instants that the wall clock shows twice unequal across zones; in UTC it compares them."""
    assert at is not None
    return at.astimezone(UTC)


@settings(max_examples=60, deadline=None)
@given(questions())
def test_elapsed_and_due_agree_with_the_oracle(question: tuple[Calendar, datetime, list[Pause]]) -> None:
    calendar, start, pauses = question
    elapsed = walk(calendar, start, pauses, SPAN)
    for offset in (0, 1, 59, 600, 1440, 2000, SPAN):
        assert calendar.elapsed(start, start + offset * MINUTE, pauses) == elapsed[offset]
    for budget in {0, 1, elapsed[-1] // 2, elapsed[-1]}:
        if budget <= elapsed[-1]:
            assert utc(calendar.due(start, budget, pauses)) == start + elapsed.index(budget) * MINUTE


@settings(max_examples=60, deadline=None)
@given(questions(), st.integers(0, 100_000), st.integers(0, 100_000))
def test_laws(question: tuple[Calendar, datetime, list[Pause]], some: int, more: int) -> None:
    calendar, start, pauses = question
    closed = [(begin, end) for begin, end in pauses if end]
    due, later = calendar.due(start, some, closed), calendar.due(start, some + more, closed)
    assert due and later and utc(due) <= utc(later), "monotone in the budget"
    assert calendar.elapsed(start, later, closed) == some + more, "elapsed of due is the budget"
    assert utc(calendar.due(due, more, closed)) == utc(later), "a budget may be split"
    until = start + timedelta(days=30)
    reached = calendar.due(start, calendar.elapsed(start, until, closed), closed)
    assert reached and utc(reached) <= until, "due of elapsed lies no later"
    assert calendar.elapsed(start, until, closed) == calendar.elapsed(start, reached, closed), "and nothing between"
    assert sum(line.minutes for line in calendar.explain(start, later, closed)) == some + more


@settings(max_examples=60, deadline=None)
@given(questions(), st.integers(1, 100_000))
def test_looking_back_is_the_mirror_of_due(question: tuple[Calendar, datetime, list[Pause]], minutes: int) -> None:
    calendar, until, _ = question
    begun = utc(calendar.before(until, minutes))
    assert calendar.elapsed(begun, until) == minutes, "so much has passed since then"
    assert calendar.elapsed(begun + MINUTE, until) == minutes - 1, "and less since any later instant"
    due = utc(calendar.due(begun, minutes))
    assert due <= until, "due from there no later"
    assert calendar.elapsed(due, until) == 0, "and nothing between"
    assert utc(calendar.before(due, minutes)) == begun, "there and back"
    assert utc(calendar.before(until, minutes + 1)) <= begun, "monotone"


@settings(max_examples=50, deadline=None)
@given(questions(), st.integers(0, 20_000))
def test_a_pause_outside_working_time_changes_nothing(
    question: tuple[Calendar, datetime, list[Pause]], budget: int
) -> None:
    calendar, start, _ = question
    opening = calendar.next_open(start + timedelta(days=1))
    closing = calendar.open_until(opening) or opening
    following = calendar.next_open(closing)
    assert utc(calendar.due(start, budget, [(closing, following)])) == utc(calendar.due(start, budget))
