"""What each institution may be offered, approved capability by capability."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.directory.models import Absence, Capability, ProviderCalendar, Relationship


@admin.register(Capability)
class CapabilityAdmin(admin.ModelAdmin):
    list_display = ["institution", "item", "state", "designated", "fee", "price", "promised_working_days"]
    list_filter = ["state", "item__board", "designated", "fee"]
    search_fields = ["institution__name_zh", "item__code", "item__name_zh", "item__name_en"]
    autocomplete_fields = ["institution", "item", "regions"]
    list_select_related = ["institution", "item"]
    actions = ["approve", "pause"]

    @admin.action(description=_("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Capability]) -> None:
        queryset.update(state=Capability.State.APPROVED)

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Capability]) -> None:
        queryset.update(state=Capability.State.PAUSED)


@admin.register(Relationship)
class RelationshipAdmin(admin.ModelAdmin):
    list_display = ["institution", "kind", "enterprise", "since", "until", "source"]
    list_filter = ["kind"]
    search_fields = ["institution__name_zh", "enterprise__name"]
    autocomplete_fields = ["institution", "enterprise"]
    list_select_related = ["institution", "enterprise"]


@admin.register(ProviderCalendar)
class ProviderCalendarAdmin(admin.ModelAdmin):
    list_display = ["institution", "calendar"]
    list_filter = ["calendar"]
    search_fields = ["institution__name_zh", "institution__name_en"]
    autocomplete_fields = ["institution", "calendar"]
    list_select_related = ["institution", "calendar"]


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin):
    list_display = ["institution", "begins_on", "ends_on", "reason"]
    search_fields = ["institution__name_zh", "institution__name_en"]
    autocomplete_fields = ["institution"]
    list_select_related = ["institution"]
    date_hierarchy = "begins_on"
    ordering = ["-ends_on"]
