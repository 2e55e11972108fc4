"""Enterprises, so that a curator can tie one to an institution. Nobody edits them here; their own people do."""

from django.contrib import admin

from enterprises.models import Enterprise


@admin.register(Enterprise)
class EnterpriseAdmin(admin.ModelAdmin):
    list_display = ["name", "uscc", "state", "region", "size_class"]
    search_fields = ["name", "uscc"]
    fields = ["name", "uscc", "state", "region", "industry", "size_class"]
    readonly_fields = ["name", "uscc", "state", "region", "industry", "size_class"]
    list_select_related = ["region"]
