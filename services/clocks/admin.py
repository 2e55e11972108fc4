"""Calendars and promised times, as curators keep them. Whatever is saved here is published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from services.clocks import publishing
from services.clocks.faults import ClockFault
from services.clocks.filters import ClockFilter
from services.clocks.models import CalendarDay, ClockPolicy, WorkCalendar
from services.clocks.names import ClockName, clock_name
from services.clocks.wording import explained, promised
from services.clocks.year_admin import YearAdmin


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
class WorkCalendarAdmin(YearAdmin):
    list_display = ["code", "name_zh", "timezone", "working_day_minutes", "is_default", "version", "this_year"]
    search_fields = ["code", "name_zh", "name_en"]
    readonly_fields = ["version", "published_at"]

    @admin.display(description=_("year"))
    def this_year(self, calendar: WorkCalendar) -> SafeString:
        year = timezone.localdate().year
        return format_html('<a href="{}">{}</a>', reverse("admin:clocks_year", args=[calendar.pk, year]), year)

    def save_model(self, request: HttpRequest, obj: WorkCalendar, form: forms.ModelForm, change: bool) -> None:
        if change:
            publishing.publish(obj, now=timezone.now())
        else:
            super().save_model(request, obj, form, change)


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
    list_display = ["clock_name", "board", "item", "urgency", "promised", "version"]
    list_filter = [ClockFilter, "board", "urgency"]
    ordering = ["clock", "board", "item", "urgency"]

    @admin.display(description=_("clock"), ordering="clock")
    def clock_name(self, policy: ClockPolicy) -> str:
        return clock_name(policy.clock)

    @admin.display(description=_("promised time"))
    def promised(self, policy: ClockPolicy) -> str:
        return promised(policy)

    def save_model(self, request: HttpRequest, obj: ClockPolicy, form: forms.ModelForm, change: bool) -> None:
        if change:
            running = bool(form.cleaned_data["running"])
            publishing.change_policy(obj, amount=obj.amount, unit=obj.unit, running=running)
        else:
            super().save_model(request, obj, form, change)
