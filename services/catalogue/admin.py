"""Boards and their items: every edit of an item is a new version of it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.catalogue import actions
from services.catalogue.models import Board, ServiceItem
from services.catalogue.questions import check_questions


@admin.register(Board)
class BoardAdmin(admin.ModelAdmin):
    list_display = ["code", "name_zh", "name_en", "service_class", "order"]
    search_fields = ["code", "name_zh", "name_en"]


class ServiceItemForm(forms.ModelForm):
    """Checks the questions before they reach an enterprise."""

    class Meta:
        model = ServiceItem
        fields = [
            "code",
            "board",
            "order",
            "active",
            "name_zh",
            "name_en",
            "summary_zh",
            "summary_en",
            "required_credentials",
            "credential_mode",
            "credential_rules",
            "designated_only",
            "conflict_role",
            "qualification_zh",
            "qualification_en",
            "promised_working_days",
            "promise_covers",
            "turnaround_zh",
            "turnaround_en",
            "turnaround_basis",
            "deadline_question",
            "delivery",
            "result_zh",
            "result_en",
            "intake_questions",
            "keywords",
        ]

    def clean_intake_questions(self) -> list[dict[str, Any]]:
        questions = self.cleaned_data["intake_questions"] or []
        check_questions(questions)
        return questions


@admin.register(ServiceItem)
class ServiceItemAdmin(admin.ModelAdmin):
    form = ServiceItemForm
    list_display = ["code", "name_zh", "board", "active", "promised_working_days", "credential_mode", "version"]
    list_filter = ["board", "active", "conflict_role", "designated_only"]
    search_fields = ["code", "name_zh", "name_en", "summary_zh"]
    list_select_related = ["board"]
    fieldsets = [
        (None, {"fields": ["code", "board", "order", "active", "name_zh", "name_en", "summary_zh", "summary_en"]}),
        (
            _("Who may be offered it"),
            {
                "fields": [
                    "required_credentials",
                    "credential_mode",
                    "credential_rules",
                    "designated_only",
                    "conflict_role",
                    "qualification_zh",
                    "qualification_en",
                ]
            },
        ),
        (
            _("What is promised"),
            {
                "fields": [
                    "promised_working_days",
                    "promise_covers",
                    "turnaround_zh",
                    "turnaround_en",
                    "turnaround_basis",
                    "deadline_question",
                    "delivery",
                    "result_zh",
                    "result_en",
                ]
            },
        ),
        (_("What is asked, and how it is found"), {"fields": ["intake_questions", "keywords"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: ServiceItem | None = None) -> list[str]:
        return ["code", "board"] if obj else []

    def save_model(self, request: HttpRequest, obj: ServiceItem, form: forms.ModelForm, change: bool) -> None:
        actions.publish(obj, new=not change)
