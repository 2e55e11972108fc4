"""Clocks on pages."""

from datetime import datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from services.clocks import actions, dials
from services.clocks.models import WorkCalendar

pytestmark = pytest.mark.django_db


def rendered(text: str, **context: object) -> str:
    with translation.override("en"):
        return Template("{% load clocks %}" + text).render(Context(context))


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_reads_the_calendar_once(
    standard: WorkCalendar, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    standard.as_calendar()
    rows: list[datetime | None] = [None, *[timezone.now() + timedelta(days=60)] * count]
    with django_assert_num_queries(1):
        shown = rendered("{% for due in rows %}{% time_left due %}{% endfor %}", rows=rows)
    assert shown.count('<span class="state moving">due in ') == count


def test_a_badge_shows_a_pause(standard: WorkCalendar) -> None:
    now = timezone.now()
    actions.start("case", 1, "triage", now=now - timedelta(hours=1))
    actions.pause("case", 1, "triage", now=now, reason="returned")
    shown = rendered("{% clock_badge dial %}{% clock_badge none %}", dial=dials.of("case", [1])[1]["triage"], none=None)
    assert shown.startswith('<span class="state waiting">paused since ')
    assert shown.count("<span") == 1
