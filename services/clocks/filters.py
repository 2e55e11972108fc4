"""What narrows lists in the administration that name a clock: its words, not its code."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.clocks.names import clock_name


class ClockFilter(admin.SimpleListFilter):
    title = _("clock")
    parameter_name = "clock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The clocks that the rows of the list name."""
        named = model_admin.get_queryset(request).order_by("clock").values_list("clock", flat=True).distinct()
        return [(clock, clock_name(clock)) for clock in named]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(clock=self.value()) if self.value() else queryset
