from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from services.boards.ip import actions
from services.boards.ip.models import DeadlineRule


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(admin.ModelAdmin):
    """Every deadline that is not done yet follows a rule as soon as it is saved."""

    list_display = ["code", "kind", "name_zh", "event", "amount", "unit", "times", "checked_on", "active"]
    list_filter = ["kind", "active", "is_fee"]
    search_fields = ["code", "name_zh", "name_en"]
    ordering = ["kind", "code"]
    autocomplete_fields = ["item"]

    def save_model(self, request: HttpRequest, obj: DeadlineRule, form: Any, change: bool) -> None:
        actions.keep_rule(obj)
