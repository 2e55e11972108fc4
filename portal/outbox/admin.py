"""The staff list of what is owed: what is undelivered and why, with a way to try again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.outbox import actions
from portal.outbox.models import Message


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("dead", _("Undelivered")), ("pending", _("Pending")), ("done", _("Done"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        scopes = {
            "dead": queryset.filter(dead_at__isnull=False),
            "pending": queryset.filter(done_at=None, dead_at=None),
            "done": queryset.filter(done_at__isnull=False),
        }
        return scopes.get(self.value() or "", queryset)


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ("kind", "dedupe_key", "due_at", "attempts", "done_at", "dead_at", "last_error")
    list_filter = (StateFilter, "kind")
    search_fields = ("dedupe_key", "last_error")
    ordering = ("-pk",)
    actions = ("try_again",)
    show_full_result_count = False
    readonly_fields = tuple(field.name for field in Message._meta.fields)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    @admin.action(description=_("Try the undelivered ones again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = actions.retry(queryset.values_list("pk", flat=True), by=request.user, now=timezone.now())
        words = ngettext("%(count)d message will be tried again.", "%(count)d messages will be tried again.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
