"""What curators may change about warning of dates that law or contract sets."""

from django.contrib import admin

from services.triage.models import WarningStep


@admin.register(WarningStep)
class WarningStepAdmin(admin.ModelAdmin):
    list_display = ["days", "active"]
    ordering = ["-days"]
