"""Accounts for those who run the portal: made, named, given a role and switched off here; never deleted."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts import actions
from portal.accounts.forms import ContactFields
from portal.accounts.limits import address
from portal.accounts.models import PrivacyNotice, User
from portal.audit import actions as audit

POWERS = ("role", "is_active")
SUPERVISED = (*POWERS, "phone", "email", "username")


class UserForm(ContactFields, ModelForm):
    class Meta:
        model = User
        fields = ("username", "name", "phone", "email", "role", "language", "is_active")


class NewUserForm(ContactFields, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("username", "name", "phone", "email", "role", "language")


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = UserForm
    add_form = NewUserForm
    list_display = ("username", "name", "role", "is_active", "created_at")
    list_filter = ("role", "is_active")
    search_fields = ("username", "name", "phone", "email")
    ordering = ("-pk",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "created_at")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("username", "name", "phone", "email", "language")}),
        (_("What they may do"), {"fields": ("role", "is_active")}),
        (_("Dates"), {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "phone", "email", "role", "language")}),
        (_("Password"), {"fields": ("usable_password", "password1", "password2")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        """Nobody gives themselves another role, or takes the last key out of the house."""
        return (*self.readonly_fields, *(POWERS if obj == request.user else ()))

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Who may only look, looks for whom to tie to an institution or station: contacts are no part of that."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("username", "name", *POWERS)}),)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Whoever lost an account to somebody else gets it back whole: the keys that were made meanwhile end too."""
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        user = self.get_object(request, unquote(id))
        if user and isinstance(answer, HttpResponseRedirect):
            keys = actions.revoke_tokens(user, now=timezone.now())
            audit.record(request.user, "set password", user, {"keys": keys}, address(request))
            if keys:
                messages.warning(request, _("The API keys of this account were revoked: %(n)s.") % {"n": keys})
        return answer

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        changed = [name for name in form.changed_data if name in SUPERVISED]
        if changed or not change:
            detail: dict[str, Any] = {"fields": changed, "role": obj.role, "active": obj.is_active}
            audit.record(request.user, "changed account" if change else "made account", obj, detail, address(request))


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(admin.ModelAdmin):
    """A new text is a new version; an old one is never touched, because people agreed to it."""

    list_display = ("version", "in_force_from")
    ordering = ("-in_force_from",)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
