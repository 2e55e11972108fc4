"""The curator's part of routing: how the ladder goes on, and what institutions say is outside their scope."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.routing import corrections
from services.routing.models import LadderPolicy, ScopeCorrection

CORRECTION = ("institution", "item", "reason", "referral_number", "said_at", "state", "note", "done_by", "done_at")


@admin.register(LadderPolicy)
class LadderPolicyAdmin(admin.ModelAdmin):
    list_display = ["__str__", "board", "item", "urgency", "automatic", "rungs", "alarm_after", "note"]
    list_filter = ["automatic", "urgency", "board"]
    list_select_related = ["board", "item"]
    autocomplete_fields = ["item"]
    ordering = ["item", "board", "urgency"]


@admin.register(ScopeCorrection)
class ScopeCorrectionAdmin(admin.ModelAdmin):
    """Saved once it says what was done: that settles it."""

    list_display = ["institution", "item", "reason", "referral_number", "said_at", "state", "done_by", "done_at"]
    list_filter = ["state", "item__board"]
    list_select_related = ["institution", "item", "done_by"]
    search_fields = ["institution__name_zh", "institution__name_en", "item__code", "item__name_zh"]
    ordering = ["-state", "-pk"]
    fields = CORRECTION
    show_full_result_count = False

    @admin.display(description=_("referral"), ordering="referral_id")
    def referral_number(self, row: ScopeCorrection) -> int:
        return row.referral_id

    def get_readonly_fields(self, request: HttpRequest, obj: ScopeCorrection | None = None) -> list[str]:
        done = obj is not None and obj.state == ScopeCorrection.State.DONE
        return [name for name in CORRECTION if done or name != "note"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> type[ModelForm]:
        form = super().get_form(request, obj, change, **options)
        if "note" in form.base_fields:
            form.base_fields["note"].required = True
        return form

    def save_model(self, request: HttpRequest, obj: ScopeCorrection, form: ModelForm, change: bool) -> None:
        corrections.settle(obj, by=request.user, now=timezone.now(), note=obj.note)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ScopeCorrection | None = None) -> bool:
        return False
