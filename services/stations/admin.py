"""Stations and who works there."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.stations import actions
from services.stations.models import Assignment, Station


class AssignmentInline(admin.TabularInline):
    model = Assignment
    extra = 0
    autocomplete_fields = ["user"]


class StationForm(forms.ModelForm):
    def clean_parent(self) -> Station | None:
        parent: Station | None = self.cleaned_data["parent"]
        if parent and self.instance.pk in parent.line:
            raise forms.ValidationError(_("A station cannot be part of itself, or of one that is part of it."))
        return parent


@admin.register(Station)
class StationAdmin(admin.ModelAdmin):
    form = StationForm
    list_display = ["name_zh", "kind", "parent", "region", "phone", "calendar", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name_zh", "name_en"]
    autocomplete_fields = ["parent", "region", "operator"]
    list_select_related = ["parent", "region", "calendar"]
    inlines = [AssignmentInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Station]:
        """Whoever reads cases arranges the stations they serve: no lead assigns themselves to a station above."""
        rows = super().get_queryset(request)
        return rows.filter(pk__in=Station.objects.served_by(request.user)) if request.user.reads_cases else rows

    def save_model(self, request: HttpRequest, obj: Station, form: forms.ModelForm, change: bool) -> None:
        actions.place(obj)
