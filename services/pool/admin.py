"""What curators may change about reviewing and keeping the pool."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from services.pool.models import Period, ReviewPoint, StandingRule


@admin.register(ReviewPoint)
class ReviewPointAdmin(admin.ModelAdmin):
    list_display = ["code", "kind", "order", "name_zh", "name_en", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["code", "name_zh", "name_en"]


@admin.register(Period)
class PeriodAdmin(admin.ModelAdmin):
    list_display = ["kind", "days", "active"]
    list_filter = ["kind"]


@admin.register(StandingRule)
class StandingRuleAdmin(admin.ModelAdmin):
    """Changed, a rule is a new version; proposals keep the one they were made by."""

    list_display = ["indicator", "proposes", "threshold", "minimum", "window_days", "active", "version"]
    list_filter = ["proposes", "active"]
    readonly_fields = ["version"]

    def save_model(self, request: HttpRequest, obj: StandingRule, form: Any, change: bool) -> None:
        if change and form.changed_data:
            obj.version += 1
        super().save_model(request, obj, form, change)
