"""What an enterprise says about itself: tidied and checked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from enterprises.actions import Profile
from enterprises.identifiers import validate_uscc
from enterprises.models import Enterprise
from portal import words
from portal.reference.fields import industry_field, region_field


class ProfileForm(forms.Form):
    """Name and one identifier are needed; the rest helps to find the right institution and to see which aid applies."""

    name = forms.CharField(label=_("Name of the enterprise"), max_length=200)
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, on the business licence."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    other_identifier = forms.CharField(
        label=_("Or another identifier"),
        help_text=_(
            "For start-ups and foreign firms without a credit code: a registration number and where it is from."
        ),
        max_length=60,
        required=False,
    )
    region = region_field(label=_("Region"), required=False)
    industry = industry_field(
        label=_("Industry"), required=False, help_text=_("GB/T 4754; decides by which limits the size class is told.")
    )
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    employees = forms.IntegerField(label=_("Head count"), min_value=0, max_value=10_000_000, required=False)
    revenue_10k_cny = forms.DecimalField(
        label=_("Turnover a year, 10,000 CNY"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    assets_10k_cny = forms.DecimalField(
        label=_("Total assets, 10,000 CNY"),
        help_text=_("Only asked in construction, real estate and leasing."),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
    )

    def __init__(self, *args: Any, enterprise: Enterprise | None = None, **kwargs: Any) -> None:
        """:param enterprise: the one that is described anew; its credit code stays once it has one."""
        super().__init__(*args, **kwargs)
        self.enterprise = enterprise
        if enterprise:
            self.initial = {name: getattr(enterprise, name) for name in self.fields}
            self.fields["uscc"].disabled = bool(enterprise.uscc)

    def clean_name(self) -> str:
        return words.fold(words.clean(self.cleaned_data["name"]))

    def clean_uscc(self) -> str:
        typed: str = self.cleaned_data["uscc"] or ""
        code = validate_uscc(typed) if typed.strip() else ""
        if code and self.enterprise and Enterprise.objects.filter(uscc=code).exclude(pk=self.enterprise.pk).exists():
            raise ValidationError(_("Another enterprise is registered here under this code. Ask the centre."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("uscc") and not cleaned.get("other_identifier") and "uscc" not in self.errors:
            self.add_error("uscc", _("Enter the credit code, or another identifier if there is none."))
        return cleaned

    def profile(self) -> Profile:
        return Profile(**{**self.cleaned_data, "uscc": self.cleaned_data["uscc"] or None})
