"""``manage.py import_holidays YEAR``: the statutory holidays and make-up working days of a year, into a calendar."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from services.clocks import holiday_source, publishing, reading
from services.clocks.models import WorkCalendar


class Command(BaseCommand):
    help = "Write a year of holidays and make-up working days into a calendar and publish it; curators' days are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--calendar", default="", help="code of the calendar; otherwise the default one")
        parser.add_argument("--file", type=Path, help="JSON list of {date, windows, reason} instead of the package")

    def handle(self, *args: Any, **options: Any) -> None:
        year: int = options["year"]
        calendar = self._calendar(options["calendar"])
        try:
            days = _from_file(options["file"]) if options["file"] else holiday_source.china(year, calendar.usual_day())
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


def _from_file(path: Path) -> list[publishing.Day]:
    overrides = reading.overrides(json.loads(path.read_text(encoding="utf-8-sig")))
    return [publishing.Day(day, each.windows, each.reason, path.name) for day, each in overrides.items()]
