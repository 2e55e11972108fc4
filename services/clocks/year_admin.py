"""The year of a calendar in the administration: looked at, imported after a look at what changes, and brought to the
clocks.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from services.clocks import holiday_source, publishing, yearview
from services.clocks.calendar import FIRST_YEAR, LAST_YEAR
from services.clocks.faults import ClockFault
from services.clocks.forms import YearDaysForm, YearFileForm, written
from services.clocks.models import WorkCalendar
from services.clocks.publishing import Day
from services.clocks.wording import explained


class YearAdmin(admin.ModelAdmin):
    """The pages of a year, for :class:`WorkCalendar`."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/year/<int:year>/", view(self.year), name="clocks_year"),
            path("<int:pk>/year/<int:year>/import/", view(require_POST(self.look)), name="clocks_year_import"),
            path("<int:pk>/year/<int:year>/publish/", view(require_POST(self.publish)), name="clocks_year_publish"),
            path("outstanding/", view(self.outstanding), name="clocks_outstanding"),
            *super().get_urls(),
        ]

    def year(self, request: HttpRequest, pk: int, year: int) -> HttpResponse:
        """Twelve months."""
        calendar = self._calendar(request, pk, year)
        return self._page(request, calendar, year, YearFileForm(year=year))

    def look(self, request: HttpRequest, pk: int, year: int) -> HttpResponse:
        """What an import would change; nothing is written yet."""
        calendar = self._changeable(request, pk, year)
        if "file" not in request.FILES and "package" in request.POST:
            days = holiday_source.china(year, calendar.usual_day())
        else:
            form = YearFileForm(request.POST, request.FILES, year=year)
            if not form.is_valid():
                return self._page(request, calendar, year, form)
            days = form.cleaned_data["file"]
        return self._preview(request, calendar, year, days)

    def publish(self, request: HttpRequest, pk: int, year: int) -> HttpResponse:
        """Write what was looked at."""
        calendar = self._changeable(request, pk, year)
        form = YearDaysForm(request.POST)
        try:
            if form.is_valid():
                done = publishing.publish_year(calendar, year, form.cleaned_data["days"], now=timezone.now())
                words = gettext("%(written)s days written, %(kept)s kept as edited here, %(removed)s removed.")
                facts = {"written": done.written, "kept": done.kept, "removed": done.removed}
                messages.success(request, words % facts)
            for error in form.errors.get("days", ()):
                messages.error(request, str(error))
        except ClockFault as fault:
            messages.error(request, explained(fault))
        return redirect("admin:clocks_year", calendar.pk, year)

    def outstanding(self, request: HttpRequest) -> HttpResponse:
        """How many clocks have still to follow: the part of the page that asks again until there are none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return TemplateResponse(request, "admin/clocks/_outstanding.html", {"outstanding": publishing.outstanding()})

    def _calendar(self, request: HttpRequest, pk: int, year: int) -> WorkCalendar:
        calendar = get_object_or_404(WorkCalendar, pk=pk)
        if not FIRST_YEAR < year < LAST_YEAR or not self.has_view_permission(request, calendar):
            raise PermissionDenied
        return calendar

    def _changeable(self, request: HttpRequest, pk: int, year: int) -> WorkCalendar:
        calendar = self._calendar(request, pk, year)
        if not self.has_change_permission(request, calendar):
            raise PermissionDenied
        return calendar

    def _page(self, request: HttpRequest, calendar: WorkCalendar, year: int, form: YearFileForm) -> HttpResponse:
        context = self._context(request, calendar, year) | {
            "months": yearview.months(calendar, year),
            "state": publishing.year_state(calendar, year),
            "outstanding": publishing.outstanding(),
            "form": form,
            "may_change": self.has_change_permission(request, calendar),
        }
        return TemplateResponse(request, "admin/clocks/year.html", context)

    def _preview(self, request: HttpRequest, calendar: WorkCalendar, year: int, days: list[Day]) -> HttpResponse:
        plan = publishing.plan_year(calendar, year, days)
        context = self._context(request, calendar, year) | {
            "plan": plan,
            "lines": yearview.lines(plan),
            "confirm": YearDaysForm(initial={"days": written(plan.written)}),
        }
        return TemplateResponse(request, "admin/clocks/year_preview.html", context)

    def _context(self, request: HttpRequest, calendar: WorkCalendar, year: int) -> dict[str, Any]:
        named = {"title": f"{calendar.name} {year}", "calendar": calendar, "year": year}
        return self.admin_site.each_context(request) | named
