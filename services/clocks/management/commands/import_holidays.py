"""``manage.py import_holidays YEAR``: the statutory holidays and make-up working days of a year, into a calendar."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from services.clocks import dayfile, holiday_source, publishing
from services.clocks.models import WorkCalendar
from services.clocks.publishing import Day


class Command(BaseCommand):
    help = "Write a year of holidays and make-up working days into a calendar and publish it; curators' days are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--calendar", default="", help="code of the calendar; otherwise the default one")
        parser.add_argument("--file", type=Path, help="JSON list of {date, windows, reason} or a CSV table of them")

    def handle(self, *args: Any, **options: Any) -> None:
        year: int = options["year"]
        calendar = self._calendar(options["calendar"])
        try:
            days = _days(options["file"], year, calendar)
            done = publishing.publish_year(calendar, year, days, now=timezone.now())
        except (OSError, ValueError, ValidationError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{calendar.code} {year}: {done.written} days written, {done.kept} kept as edited here, "
            f"{done.removed} removed; version {done.version}"
        )
        if publishing.year_state(calendar, year) != "complete":
            self.stderr.write(f"{year} is incomplete: its make-up working days are in no notice yet.")
        for progress in publishing.refresh():
            self.stdout.write(f"{progress.done} clocks reckoned again, {progress.changed} fall due at another time")

    def _calendar(self, code: str) -> WorkCalendar:
        wanted = {"code": code} if code else {"is_default": True}
        calendar = WorkCalendar.objects.filter(**wanted).first()
        if calendar is None:
            raise CommandError("There is no such calendar; load the reference data first.")
        return calendar


def _days(path: Path | None, year: int, calendar: WorkCalendar) -> list[Day]:
    """Of the file if there is one, otherwise of the package."""
    return dayfile.read(path.name, path.read_bytes()) if path else holiday_source.china(year, calendar.usual_day())
