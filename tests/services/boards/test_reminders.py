"""Owners are reminded once of each day and rule, whatever happens to the scheduler."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.notices.models import Notice
from portal.notices.rendering import render
from services.boards import reminders
from services.boards.models import Reminder, ReminderRule
from tests.factories import make_enterprise
from tests.services.boards.conftest import NOW, TODAY
from tests.seventh.models import Meter

Make = Callable[..., Meter]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules(db: None) -> None:
    reminders.load()


def remind(days: int = 0) -> list[tuple[str, int]]:
    """Run once, so many days later; what was told: the named rows and how long before the day."""
    before = set(Notice.objects.values_list("pk", flat=True))
    reminders.remind(NOW + timedelta(days=days), TODAY + timedelta(days=days))
    told = Notice.objects.exclude(pk__in=before).order_by("pk")
    return [(notice.facts["named_zh"], notice.facts["count"]) for notice in told]


def test_what_is_due_is_told_once_for_each_rule(owner: User, meter: Make) -> None:
    meter("一号表", read_on=TODAY + timedelta(days=30))
    meter("二号表", read_on=TODAY + timedelta(days=30))
    meter("三号表", read_on=TODAY + timedelta(days=31))
    meter("四号表")
    assert remind() == [("一号表、二号表", 2)]
    assert remind() == []
    assert remind(days=1) == [("三号表", 1)]
    assert remind(days=23) == [("一号表、二号表", 2)]
    notice = Notice.objects.filter(user=owner).first()
    assert notice is not None
    assert (notice.event, notice.path) == ("entry_due", f"/boards/{Enterprise.objects.get().pk}/due/")


def test_after_days_without_the_scheduler_only_the_sharpest_rule_speaks(owner: User, meter: Make) -> None:
    meter(read_on=TODAY + timedelta(days=5))
    assert remind() == [("一号表", 1)]
    assert list(Reminder.objects.values_list("days", flat=True)) == [7]
    assert remind(days=1) == []


def test_a_day_that_moves_is_reminded_of_again_and_what_is_put_away_is_not(owner: User, meter: Make) -> None:
    row, gone = meter(read_on=TODAY + timedelta(days=5)), meter("旧表", read_on=TODAY, retired_at=NOW)
    assert remind() == [("一号表", 1)]
    Meter.objects.filter(pk=row.pk).update(read_on=TODAY + timedelta(days=6))
    assert remind() == [("一号表", 1)]
    assert not Reminder.objects.filter(row_id=gone.pk).exists()


def test_what_was_due_long_before_it_was_entered_is_no_news(owner: User, meter: Make) -> None:
    meter(read_on=date(2020, 1, 1))
    assert remind() == []


def test_a_rule_that_is_switched_off_is_silent_and_stays_so(owner: User, meter: Make) -> None:
    ReminderRule.objects.filter(dated="meter-reading", days=30).update(active=False)
    reminders.load()
    meter(read_on=TODAY + timedelta(days=20))
    assert remind() == []
    assert remind(days=13) == [("一号表", 1)]


def test_each_enterprise_is_told_of_its_own(owner: User, meter: Make) -> None:
    meter(read_on=TODAY)
    meter("别家的表", enterprise=make_enterprise(), read_on=TODAY)
    assert remind() == [("一号表", 1)]
    assert Reminder.objects.count() == 2


def test_more_than_a_batch_is_told_by_names_of_the_first_and_number_of_the_rest(owner: User, meter: Make) -> None:
    for number in range(7):
        meter(f"表{number}", read_on=TODAY)
    assert remind() == [("表0、表1、表2、表3、表4", 7)]
    assert Notice.objects.get().facts["others"] == 2


def test_a_notice_that_was_kept_before_its_rows_were_named_in_each_language_is_still_read() -> None:
    kept = {"count": 7, "others": 2, "named": "一号表", "title_zh": "抄表", "title_en": "Reading", "late": True}
    said = [render(reminders.EVENT, kept, language=language).text for language in ("en", "zh-hans")]
    assert said == ["一号表 and 2 more", "一号表 等，另有 2 项"]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_tell_once(meter: Make, owner: User) -> None:
    for number in range(3):
        meter(f"表{number}", read_on=TODAY)

    def run() -> None:
        try:
            reminders.remind(NOW, TODAY, size=1)
        finally:
            connection.close()

    threads: list[Any] = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Reminder.objects.count() == Notice.objects.count() == 3
