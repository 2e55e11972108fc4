"""The curator's desk for the pool."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from experts.models import (
    AffiliateGroup,
    Credential,
    CredentialScope,
    CredentialType,
    Equipment,
    Expert,
    Institution,
    InstitutionMembership,
    InstitutionScore,
    PromisePhrase,
    Rating,
    ScoreRule,
)
from portal.sayings import said

KEPT_ELSEWHERE = ["attachment", "renews", "checked_by", "checked_at", "state", "state_reason", "withdrawn_on"]
"""Set where a credential is handed in and checked, and changed by ``experts.credentials`` alone: one that is added here
is claimed. Files and people as choices would show those of everybody.
"""


class MembershipInline(admin.TabularInline):
    model = InstitutionMembership
    extra = 0
    autocomplete_fields = ["user"]


class CredentialInline(admin.TabularInline):
    model = Credential
    extra = 0
    show_change_link = True
    autocomplete_fields = ["type"]
    readonly_fields = KEPT_ELSEWHERE


class EquipmentInline(admin.TabularInline):
    model = Equipment
    extra = 0
    fields = ["name", "model", "serial", "calibrated_until", "fee", "available"]
    show_change_link = True


@admin.register(Institution)
class InstitutionAdmin(admin.ModelAdmin):
    """The standing is read here and changed by ``experts.standing`` alone."""

    list_display = ["name_zh", "kind", "standing", "region", "credentials_held", "weekly_capacity"]
    list_filter = ["standing", "kind", ("region", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name_zh", "name_en", "uscc"]
    autocomplete_fields = ["region", "group"]
    readonly_fields = ["standing", "reason"]
    exclude = ["standing_reason"]
    inlines = [CredentialInline, MembershipInline, EquipmentInline]
    list_select_related = ["region"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Institution]:
        return super().get_queryset(request).annotate(held=Count("credentials"))

    @admin.display(description=_("reason for the standing"))
    def reason(self, row: Institution) -> str:
        return said(row.standing_reason)

    @admin.display(description=_("credentials"), ordering="held")
    def credentials_held(self, institution: Any) -> int:
        return institution.held


class InForceFilter(admin.SimpleListFilter):
    title = _("in force today")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("soon", _("Ends within 90 days")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        today = timezone.localdate()
        in_force = Credential.objects.in_force(today)
        if self.value() == "yes":
            return queryset.filter(pk__in=in_force)
        if self.value() == "soon":
            return queryset.filter(pk__in=in_force, valid_to__lte=today + timedelta(days=90))
        if self.value() == "no":
            return queryset.exclude(pk__in=in_force)
        return queryset


class ScopeInline(admin.TabularInline):
    model = CredentialScope
    extra = 0
    fields = ["object", "parameter", "method", "range", "since", "until"]


@admin.register(Credential)
class CredentialAdmin(admin.ModelAdmin):
    list_display = ["institution", "type", "number", "state", "valid_from", "valid_to"]
    list_filter = [InForceFilter, "state", "type"]
    search_fields = ["number", "institution__name_zh", "institution__name_en"]
    autocomplete_fields = ["institution", "type"]
    readonly_fields = KEPT_ELSEWHERE
    list_select_related = ["institution", "type"]
    date_hierarchy = "valid_to"
    inlines = [ScopeInline]


@admin.register(CredentialType)
class CredentialTypeAdmin(admin.ModelAdmin):
    list_display = ["code", "name_zh", "name_en", "number_pattern"]
    search_fields = ["code", "name_zh", "name_en"]


@admin.register(Expert)
class ExpertAdmin(admin.ModelAdmin):
    list_display = ["name", "title", "employer", "fields_known", "region", "available"]
    list_filter = ["available", ("region", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "fields", "employer__name_zh"]
    autocomplete_fields = ["user", "employer", "region"]
    list_select_related = ["employer", "region"]

    @admin.display(description=_("fields"), ordering="fields")
    def fields_known(self, expert: Expert) -> str:
        return expert.fields


@admin.register(Equipment)
class EquipmentAdmin(admin.ModelAdmin):
    list_display = ["name", "model", "serial", "owner", "calibrated_until", "fee", "available"]
    list_filter = ["available", "calibrated_until"]
    search_fields = ["name", "model", "serial", "owner__name_zh"]
    autocomplete_fields = ["owner"]
    exclude = ["parent", "photo"]  # by the owner, who knows what is booked
    list_select_related = ["owner"]


@admin.register(PromisePhrase)
class PromisePhraseAdmin(admin.ModelAdmin):
    list_display = ["code", "note", "active"]
    list_filter = ["active"]
    search_fields = ["code"]


@admin.register(AffiliateGroup)
class AffiliateGroupAdmin(admin.ModelAdmin):
    search_fields = ["name"]


@admin.register(Rating)
class RatingAdmin(admin.ModelAdmin):
    """To be read: what enterprises answered is not edited by anybody."""

    list_display = ["institution", "board", "grade", "solved", "source", "state", "rated_at"]
    list_filter = ["state", "board", "grade"]
    search_fields = ["institution__name_zh"]
    list_select_related = ["institution"]
    date_hierarchy = "rated_at"


@admin.register(ScoreRule)
class ScoreRuleAdmin(admin.ModelAdmin):
    """Rules are added, never changed: each score names the one it was reckoned with."""

    list_display = ["pk", "begins_at", "prior_weight", "half_life_days", "window_days", "spread", "note"]
    ordering = ["-begins_at"]


@admin.register(InstitutionScore)
class InstitutionScoreAdmin(admin.ModelAdmin):
    """To be read: scores are reckoned, not written."""

    list_display = ["institution", "board", "value", "lower", "n", "answered", "asked", "rule", "computed_at"]
    list_filter = ["board"]
    search_fields = ["institution__name_zh", "institution__name_en"]
    list_select_related = ["institution", "rule"]
    ordering = ["-pk"]
