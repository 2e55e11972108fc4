from django.contrib import admin

from services.boards.models import ReminderRule


@admin.register(ReminderRule)
class ReminderRuleAdmin(admin.ModelAdmin):
    """What falls due is named by the boards; curators say how long before they remind."""

    list_display = ["dated", "days", "active"]
    list_filter = ["dated", "active"]
    ordering = ["dated", "-days"]
