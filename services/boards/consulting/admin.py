from django.contrib import admin

from services.boards.consulting.models import Criterion


@admin.register(Criterion)
class CriterionAdmin(admin.ModelAdmin):
    """Curators correct the criteria and say when they checked them against the source."""

    list_display = ["scheme", "code", "text_zh", "points", "source", "checked_on", "active"]
    list_filter = ["scheme", "active"]
    ordering = ["scheme", "order"]
