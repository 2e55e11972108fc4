"""What curators and leads see of the pending follow-ups; they change nothing here."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.followup.models import FollowUp, FollowUpAttempt, FollowUpRule


class AttemptInline(admin.TabularInline):
    model = FollowUpAttempt
    fields = readonly_fields = ("channel", "outcome", "note", "by", "at")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return request.user.has_perm("followup.view_followup")

    def has_add_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return False


@admin.register(FollowUp)
class FollowUpAdmin(admin.ModelAdmin):
    list_display = ("case", "referral_number", "state", "due_at", "closes_at", "attempts", "completed_at")
    list_filter = ("state", "referral__need__board")
    list_select_related = ("case",)
    search_fields = ("case__number",)
    ordering = ("-pk",)
    show_full_result_count = False
    inlines = (AttemptInline,)
    fields = readonly_fields = (
        "case",
        "referral_number",
        "rule",
        "seq",
        "state",
        "due_at",
        "closes_at",
        "attempts",
        "completed_at",
        "reason",
    )

    @admin.display(description=_("referral"), ordering="referral_id")
    def referral_number(self, row: FollowUp) -> int:
        return row.referral_id

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FollowUp | None = None) -> bool:
        return False


@admin.register(FollowUpRule)
class FollowUpRuleAdmin(admin.ModelAdmin):
    """What is asked when. Switched off rather than deleted: the follow-ups that it planned keep its name."""

    list_display = ("code", "kind", "clock", "board", "item", "applies_from", "active")
    list_filter = ("active", "kind")
    list_select_related = ("board", "item")
    raw_id_fields = ("item",)

    def has_delete_permission(self, request: HttpRequest, obj: FollowUpRule | None = None) -> bool:
        return False
