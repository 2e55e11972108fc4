"""What the desk types in: checked here, written by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from services.cases.models import Case, Urgency
from services.cases.states import NeedState
from services.catalogue.models import ServiceItem
from services.triage.doors import Door


class VersionedForm(forms.Form):
    """Carries the version the person was looking at, so that a change in between is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TakeForm(VersionedForm):
    """Nothing to type."""


class ConfirmForm(VersionedForm):
    """What is confirmed besides the needs; the suggestion comes back signed."""

    urgency = forms.ChoiceField(label=_("Urgency of the case"), choices=Urgency, initial=Urgency.NORMAL, required=False)
    note = forms.CharField(
        label=_("A word to the enterprise"),
        help_text=_("What happens next, in plain words. Nobody may promise a certificate, a grant or an award."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        strip=True,
    )
    shown_token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=6000)

    def clean_urgency(self) -> str:
        return self.cleaned_data["urgency"] or Urgency.NORMAL


class AskForm(VersionedForm):
    questions = forms.CharField(
        label=_("What do you need to know?"),
        help_text=_("Exact questions, one per line. Our clock stands still until they are answered."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        strip=True,
    )


class AnswerForm(VersionedForm):
    """An answer at once; the item is typed or chosen by its code."""

    item = forms.CharField(
        label=_("Which service is it about?"),
        help_text=_("Code or name; the list opens while you type."),
        max_length=200,
        strip=True,
    )
    text = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 5}), max_length=5000, strip=True
    )
    close = forms.BooleanField(
        label=_("The person has confirmed in so many words that this settles it"), required=False
    )

    def __init__(self, *args: Any, spoken: bool, **kwargs: Any) -> None:
        """:param spoken: the enterprise is there, on the phone or in person."""
        super().__init__(*args, **kwargs)
        self.fields["item"].widget.attrs["list"] = "item-names"
        if not spoken:
            del self.fields["close"]

    def clean_item(self) -> ServiceItem:
        typed: str = self.cleaned_data["item"]
        items = ServiceItem.objects.offered().select_related("board")
        found = items.filter(pk=typed.split(maxsplit=1)[0].upper()).first()
        found = found or items.filter(name_zh=typed).first() or items.filter(name_en__iexact=typed).first()
        if found is None:
            raise forms.ValidationError(_("There is no such service. Choose one from the list."))
        return found


class ReferOutForm(VersionedForm):
    door = forms.ChoiceField(label=_("To whom"), choices=[("", "—"), *Door.choices])
    sentence = forms.CharField(
        label=_("In your words"),
        help_text=_(
            "A kind sentence: why we cannot settle it, who can, and how to reach them. "
            "Empty: the portal's own sentence for this door. Do not repeat what people told about themselves."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        strip=True,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("door") == Door.OTHER and not cleaned.get("sentence"):
            self.add_error("sentence", _("Name the office and how to reach it."))
        return cleaned


class MergeForm(VersionedForm):
    """The other case, by its number; only cases that the person sees can be named."""

    number = forms.CharField(label=_("Number of the case it repeats"), max_length=30, strip=True)

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user

    def clean_number(self) -> Case:
        rows = Case.objects.visible_to(self.user).select_related("enterprise", "owner", "submitter")
        found = rows.filter(number=self.cleaned_data["number"].upper()).first()
        if found is None:
            raise forms.ValidationError(_("There is no case with this number at your stations."))
        if found.pk == self.case.pk:
            raise forms.ValidationError(_("A case cannot be joined with itself."))
        return found


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=3000,
        strip=True,
    )
    spoken = forms.BooleanField(
        label=_("I have spoken with the enterprise; it reads this note too"),
        help_text=_("Otherwise only staff read it."),
        required=False,
    )


class DecideForm(VersionedForm):
    to = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[
            (NeedState.UNMET, _("No institution can do it: recorded as a gap in supply")),
            (NeedState.REFERRED_OUT, _("Another office does it")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The enterprise reads it: say what was tried, or who does it and how to reach them."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        strip=True,
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The enterprise reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        strip=True,
    )


class SaveViewForm(forms.Form):
    name = forms.CharField(label=_("Name of the view"), max_length=40, strip=True)
    query = forms.CharField(widget=forms.HiddenInput, max_length=500)
