"""The audit trail, to be read."""

from django.contrib import admin

from portal.audit.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    list_display = ["at", "user", "verb", "subject", "address"]
    list_filter = ["verb"]
    search_fields = ["subject", "user__username"]
    list_select_related = ["user"]
    show_full_result_count = False
