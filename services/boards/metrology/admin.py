"""Curators keep the status of standards once for all enterprises."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from services.boards.metrology.models import StandardStatus


@admin.register(StandardStatus)
class StandardStatusAdmin(admin.ModelAdmin):
    list_display = ["number", "title", "status", "replaced_by", "withdrawn_on", "checked"]
    list_filter = ["status", "checked"]
    search_fields = ["number", "title"]
    ordering = ["number"]

    def save_model(self, request: HttpRequest, obj: StandardStatus, form: Any, change: bool) -> None:
        """Another status is news from today on."""
        if not change or {"status", "withdrawn_on"} & set(form.changed_data):
            obj.marked_on = timezone.localdate()
        super().save_model(request, obj, form, change)
