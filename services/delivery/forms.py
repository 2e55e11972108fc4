"""What the institution and the enterprise type in: checked here, written by the actions."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from experts import promises
from portal.files.forms import AttachmentsField
from services.cases.models import OWED, DeclineReason, Referral, Result
from services.delivery.actions import NewResult


class VersionedForm(forms.Form):
    """Carries the version the person was looking at, so that a change in between is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NoteForm(VersionedForm):
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False, strip=True
    )


class ReasonForm(VersionedForm):
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, strip=True)


class ProgressForm(forms.Form):
    note = forms.CharField(
        label=_("How the work stands"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, strip=True
    )
    waits_for = forms.ChoiceField(
        label=_("Does it wait for the enterprise?"),
        help_text=_("Your clock stands still as long as it does; the enterprise sees since when and why."),
        choices=[("", _("No, the work goes on")), *OWED],
        required=False,
    )


class DeclineForm(VersionedForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=DeclineReason)
    note = forms.CharField(
        label=_("In your words"),
        help_text=_("Needed with “Other”. The centre reads it; the enterprise does not."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        strip=True,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") == DeclineReason.OTHER and not cleaned.get("note"):
            self.add_error("note", _("Say what the other reason is."))
        return cleaned


class QuoteForm(VersionedForm):
    plan = forms.CharField(
        label=_("Plan"),
        help_text=_("What you will do, in which steps and by when. Nobody can promise a certificate or an award."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        strip=True,
        validators=[promises.check],
    )
    price_cny = forms.DecimalField(
        label=_("Price, CNY"),
        help_text=_("Leave empty where nothing is charged."),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
    )


class DeliverForm(VersionedForm):
    """One result; more can be delivered through the API or in a further round."""

    kind = forms.ChoiceField(label=_("Kind of result"), choices=Result.Kind)
    number = forms.CharField(label=_("Report or certificate number"), max_length=100, required=False, strip=True)
    issued_on = forms.DateField(label=_("Issued on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    attachments = AttachmentsField(label=_("File"), required=False)
    summary = forms.CharField(
        label=_("In a few words"),
        help_text=_("What the enterprise should know. Needed when there is no file."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
        strip=True,
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral = referral
        first = referral.need.item.delivery[:1]
        self.fields["kind"].initial = first[0] if first else Result.Kind.ADVICE
        self.fields["issued_on"].initial = timezone.localdate()

    def clean_issued_on(self) -> date:
        day: date = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("A result cannot be issued in the future."))
        if day < timezone.localdate(self.referral.offered_at):
            raise forms.ValidationError(_("This day is before the referral was offered."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("attachments") and not cleaned.get("summary") and "attachments" not in self.errors:
            self.add_error("summary", _("Attach a file or say in words what was delivered."))
        return cleaned

    def results(self, attachments: list[Any]) -> list[NewResult]:
        """One result per stored file, or one in words."""
        common = {key: self.cleaned_data[key] for key in ("kind", "issued_on", "number", "summary")}
        return [NewResult(**common, attachment=one) for one in attachments or [None]]
