from django.contrib import admin

from services.boards.certification.models import Requirement


@admin.register(Requirement)
class RequirementAdmin(admin.ModelAdmin):
    """What is asked of a laboratory; curators compare it with its source and say so."""

    list_display = ["aim", "order", "name_zh", "source", "checked", "active"]
    list_filter = ["aim", "checked", "active"]
    search_fields = ["name_zh", "name_en"]
    ordering = ["aim", "order"]
