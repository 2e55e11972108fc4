"""The chasers, as curators keep them. None is deleted: marks name it; it is taken out of use."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.chasers import actions, wording
from services.chasers.audiences import Audience
from services.chasers.models import ChaserRule
from services.clocks.filters import ClockFilter
from services.clocks.names import ClockName


class ChaserRuleForm(forms.ModelForm):
    clock = forms.ChoiceField(label=_("clock"), choices=ClockName)
    audience = forms.ChoiceField(label=_("who is told"), choices=Audience)

    class Meta:
        model = ChaserRule
        fields = ["code", "clock", "amount", "unit", "audience", "level", "channel", "active", "note"]


@admin.register(ChaserRule)
class ChaserRuleAdmin(admin.ModelAdmin):
    form = ChaserRuleForm
    list_display = ["code", "clock_name", "distance", "audience", "level", "channel", "active", "version"]
    list_filter = [ClockFilter, "audience", "level", "active"]
    search_fields = ["code", "note"]
    ordering = ["clock", "unit", "amount"]

    @admin.display(description=_("clock"), ordering="clock")
    def clock_name(self, rule: ChaserRule) -> str:
        return rule.clock_name

    @admin.display(description=_("distance"), ordering="amount")
    def distance(self, rule: ChaserRule) -> str:
        return wording.distance(rule)

    def save_model(self, request: HttpRequest, obj: ChaserRule, form: forms.ModelForm, change: bool) -> None:
        actions.save_rule(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
