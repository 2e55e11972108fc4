"""People and privacy notices. Passwords are never seen or typed here: a person sets their own."""

from django.contrib import admin
from django.http import HttpRequest

from portal.accounts.models import PrivacyNotice, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["username", "name", "role", "is_active", "created_at"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "name", "email"]
    fields = ["username", "name", "role", "email", "phone", "language", "is_active"]


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(admin.ModelAdmin):
    list_display = ["version", "in_force_from"]

    def has_change_permission(self, request: HttpRequest, obj: PrivacyNotice | None = None) -> bool:
        return False
