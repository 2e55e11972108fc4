"""What curators send when they import a year: a file to look at first, then the days they have looked at."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.clocks import dayfile, reading
from services.clocks.faults import ClockFault
from services.clocks.publishing import Day
from services.clocks.wording import explained


class YearFileForm(forms.Form):
    """A file with days of one year."""

    file = forms.FileField(
        label=_("File with the days of this year"),
        help_text=_("JSON or CSV with the columns date, windows (09:00-12:00 13:30-17:30, empty: day off) and reason."),
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_file(self) -> list[Day]:
        """Its days; at least one of them lies in the year."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            days = dayfile.read(file.name or "", file.read(dayfile.LARGEST + 1))
        except ClockFault as fault:
            raise forms.ValidationError(explained(fault)) from fault
        if not any(day.date.year == self.year for day in days):
            raise forms.ValidationError(gettext("The file has no day of %(year)s.") % {"year": self.year})
        return days


class YearDaysForm(forms.Form):
    """The days of a year as they were shown."""

    days = forms.CharField(widget=forms.HiddenInput)

    def clean_days(self) -> list[Day]:
        try:
            told = json.loads(self.cleaned_data["days"])
            given = zip(reading.overrides(told).items(), told, strict=True)
            return [
                Day(day, each.windows, each.reason, str(row.get("source") or ""), bool(row.get("estimated")))
                for (day, each), row in given
            ]
        except (ClockFault, ValueError, RecursionError) as error:
            raise forms.ValidationError(_("These days cannot be read. Please import the year again.")) from error


def written(days: list[Day]) -> str:
    """Days as :class:`YearDaysForm` reads them."""
    return json.dumps(
        [
            {
                "date": day.date.isoformat(),
                "windows": reading.written(day.windows),
                "reason": day.reason,
                "source": day.source,
                "estimated": day.estimated,
            }
            for day in days
        ],
        ensure_ascii=False,
    )
