"""Calendars and promised times, as curators keep them. Whatever is saved here is published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.clocks import holiday_source, publishing, yearview
from services.clocks.calendar import FIRST_YEAR, LAST_YEAR
from services.clocks.faults import ClockFault
from services.clocks.models import CalendarDay, ClockPolicy, WorkCalendar
from services.clocks.names import ClockName
from services.clocks.wording import explained


class CalendarDayForm(forms.ModelForm):
    """Refuses a day with which the calendar could not be published."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or not {"calendar", "date", "windows"} <= cleaned.keys():
            return cleaned
        calendar = cleaned["calendar"]
        day = CalendarDay(date=cleaned["date"], windows=cleaned["windows"])
        try:
            calendar.built([*calendar.days.exclude(pk=self.instance.pk), day]).next_open(timezone.now())
        except ClockFault as fault:
            raise forms.ValidationError({"windows": explained(fault)}) from fault
        return cleaned


@admin.register(WorkCalendar)
class WorkCalendarAdmin(admin.ModelAdmin):
    list_display = ["code", "name_zh", "timezone", "working_day_minutes", "is_default", "version", "this_year"]
    search_fields = ["code", "name_zh", "name_en"]
    readonly_fields = ["version", "published_at"]

    @admin.display(description=_("year"))
    def this_year(self, calendar: WorkCalendar) -> SafeString:
        year = timezone.localdate().year
        return format_html('<a href="{}">{}</a>', reverse("admin:clocks_year", args=[calendar.pk, year]), year)

    def get_urls(self) -> list[URLPattern]:
        page = path("<int:pk>/year/<int:year>/", self.admin_site.admin_view(self.year), name="clocks_year")
        return [page, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: WorkCalendar, form: forms.ModelForm, change: bool) -> None:
        if change:
            publishing.publish(obj, now=timezone.now())
        else:
            super().save_model(request, obj, form, change)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        following = timezone.localdate().year + 1
        for calendar in self.get_queryset(request):
            if publishing.year_state(calendar, following) != "complete":
                words = gettext("%(calendar)s: the year %(year)s is incomplete.")
                messages.warning(request, words % {"calendar": calendar.name, "year": following})
        return super().changelist_view(request, extra_context)

    def year(self, request: HttpRequest, pk: int, year: int) -> HttpResponse:
        """Twelve months, and on POST the import of the year."""
        calendar = get_object_or_404(WorkCalendar, pk=pk)
        if not FIRST_YEAR < year < LAST_YEAR or not self.has_view_permission(request, calendar):
            raise PermissionDenied
        if request.method == "POST":
            return self._import(request, calendar, year)
        context = self.admin_site.each_context(request) | {
            "title": f"{calendar.name} {year}",
            "calendar": calendar,
            "year": year,
            "months": yearview.months(calendar, year),
            "state": publishing.year_state(calendar, year),
            "may_change": self.has_change_permission(request, calendar),
        }
        return TemplateResponse(request, "admin/clocks/year.html", context)

    def _import(self, request: HttpRequest, calendar: WorkCalendar, year: int) -> HttpResponse:
        if not self.has_change_permission(request, calendar):
            raise PermissionDenied
        try:
            days = holiday_source.china(year, calendar.usual_day())
            done = publishing.publish_year(calendar, year, days, now=timezone.now())
        except ClockFault as fault:
            messages.error(request, explained(fault))
        else:
            words = gettext("%(written)s days written, %(kept)s kept as edited here, %(removed)s removed.")
            facts = {"written": done.written, "kept": done.kept, "removed": done.removed}
            messages.success(request, words % facts)
        return redirect("admin:clocks_year", calendar.pk, year)


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    form = CalendarDayForm
    list_display = ["date", "calendar", "reason", "windows", "estimated", "source"]
    list_filter = ["calendar", "estimated"]
    list_select_related = ["calendar"]
    date_hierarchy = "date"
    ordering = ["-date"]
    search_fields = ["reason", "source"]

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        publishing.publish(obj.calendar, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        super().delete_model(request, obj)
        publishing.publish(obj.calendar, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        calendars = list(WorkCalendar.objects.filter(days__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        for calendar in calendars:
            publishing.publish(calendar, now=timezone.now())


class ClockPolicyForm(forms.ModelForm):
    """A promised time; whether clocks under way follow is asked, never assumed."""

    clock = forms.ChoiceField(label=_("clock"), choices=ClockName)
    running = forms.BooleanField(
        label=_("also for clocks under way"),
        required=False,
        help_text=_("Their pauses and the time already counted stay."),
    )

    class Meta:
        model = ClockPolicy
        fields = ["clock", "board", "item", "urgency", "amount", "unit", "note"]


@admin.register(ClockPolicy)
class ClockPolicyAdmin(admin.ModelAdmin):
    form = ClockPolicyForm
    list_display = ["clock", "board", "item", "urgency", "amount", "unit", "version"]
    list_filter = ["clock", "board", "urgency"]
    ordering = ["clock", "board", "item", "urgency"]

    def save_model(self, request: HttpRequest, obj: ClockPolicy, form: forms.ModelForm, change: bool) -> None:
        if change:
            running = bool(form.cleaned_data["running"])
            publishing.change_policy(obj, amount=obj.amount, unit=obj.unit, running=running)
        else:
            super().save_model(request, obj, form, change)
