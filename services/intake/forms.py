"""Four fields first: what, which product, whom to call back, by when."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.actions import Profile
from enterprises.identifiers import validate_uscc
from enterprises.models import Enterprise, spoken_for
from portal import words
from portal.accounts.models import User
from portal.accounts.names import is_email, normalise_contact
from portal.files.forms import AttachmentsField
from portal.forms import OfRowsAtHand
from services.cases import sharing
from services.cases.actions import Contact
from services.cases.models import Channel
from services.catalogue.models import ServiceItem
from services.intake.actions import Said
from services.stations.models import Station

LONGEST = 5000
LOOKED_UP = {
    "autocomplete": "off",
    "placeholder": _("Name, pinyin, credit code or phone"),
    "autofocus": True,
    "hx-post": reverse_lazy("intake:lookup"),
    "hx-params": "enterprise_name",
    "hx-trigger": "input changed delay:250ms",
    "hx-target": "#found",
}


class SaidForm(forms.Form):
    """What is needed, in the words of whoever needs it."""

    text = forms.CharField(
        label=_("What do you need?"),
        help_text=_("In your own words, as you would tell a colleague. You need not know the name of the service."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=LONGEST,
    )
    product = forms.CharField(
        label=_("Which product or industry?"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        max_length=200,
        required=False,
    )
    wanted_on = forms.DateField(
        label=_("By when do you need it?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    item = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)
    seen_duplicates = forms.BooleanField(label=_("This is another matter; send it as well."), required=False)

    def clean_text(self) -> str:
        text = words.clean(self.cleaned_data["text"])
        if len(text) < 4:
            raise ValidationError(_("Say a little more, so that somebody can begin with it."))
        return text

    def clean_wanted_on(self) -> date | None:
        day: date | None = self.cleaned_data["wanted_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day is over. Leave it empty if there is no date."))
        return day

    def clean_item(self) -> str:
        code = self.cleaned_data["item"]
        return code if code and ServiceItem.objects.offered().filter(pk=code).exists() else ""

    def said(self) -> Said:
        data = self.cleaned_data
        return Said(data["text"], words.clean(data["product"]), data["wanted_on"], data["item"])

    def contact_given(self) -> Contact:
        reached, name = self.cleaned_data["contact"], words.clean(self.cleaned_data["contact_name"])
        return Contact(name, email=reached) if is_email(reached) else Contact(name, phone=reached)


class ContactField(forms.CharField):
    """A phone number or a mail address, stored in one form each."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return normalise_contact(typed) if typed else ""


class EnterpriseField(OfRowsAtHand, forms.ModelChoiceField):
    pass


class NeedForm(SaidForm):
    """For everybody, with or without an account."""

    contact_name = forms.CharField(label=_("Your name"), max_length=100, required=False)
    contact = ContactField(
        label=_("Phone or e-mail"),
        help_text=_("A one-time code goes there; with it you open your case later, without an account."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "email"}),
    )
    enterprise = EnterpriseField(
        label=_("For which enterprise?"),
        queryset=Enterprise.objects.none(),
        required=False,
        empty_label=_("None, for myself"),
    )
    attachments = AttachmentsField(label=_("Attachments"), required=False)
    consent = forms.BooleanField(
        label=_("I have read the privacy notice and agree that the centre uses these data to handle my case."),
        error_messages={"required": _("Without your agreement we may not handle the case.")},
    )
    sharing = forms.BooleanField(
        label=_("I also agree that the institution which accepts my case sees my name, phone and e-mail."),
        help_text=_(
            "Not needed to send. Without it the institution writes to you here only; you can agree, or take it back, "
            "on the page of your case at any time."
        ),
        required=False,
    )

    field_order = ["text", "product", "contact", "contact_name", "wanted_on", "enterprise", "attachments", "consent"]

    def __init__(self, *args: Any, user: User, kept: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        if not user.is_authenticated:
            del self.fields["enterprise"]
            return
        self.fields["contact"].help_text = _("Where we reach you about this case.")
        asked = not self.is_bound or "enterprise" in self.data
        own: list[Enterprise] = spoken_for(user=user) if asked else []
        self.fields["enterprise"].offer({str(one.pk): one for one in own})  # type: ignore[attr-defined]
        if not own and "enterprise" not in self.data:
            del self.fields["enterprise"]
        if not self.is_bound:
            first = next(iter(own), None)
            known = {"contact": user.phone or user.email, "contact_name": user.name, "enterprise": first}
            self.initial = {**known, "sharing": sharing.has_agreed(user), **self.initial}

    def clean_attachments(self) -> list[UploadedFile]:
        """Those kept with the draft count as well."""
        uploads: list[UploadedFile] = self.cleaned_data["attachments"]
        if len(uploads) + self.kept > settings.ATTACHMENTS_PER_FORM:
            raise ValidationError(
                _("Up to %(limit)d files in all; %(kept)d are kept already."),
                params={"limit": settings.ATTACHMENTS_PER_FORM, "kept": self.kept},
            )
        return uploads


class AssistedForm(SaidForm):
    """For a caller at the counter or on the phone, typed while listening."""

    enterprise = forms.ModelChoiceField(queryset=Enterprise.objects.none(), required=False, widget=forms.HiddenInput)
    enterprise_name = forms.CharField(
        label=_("Enterprise"), max_length=200, required=False, widget=forms.TextInput(attrs=LOOKED_UP)
    )
    uscc = forms.CharField(label=_("Credit code, if at hand"), max_length=40, required=False)
    contact_name = forms.CharField(label=_("Who is asking?"), max_length=100)
    contact = ContactField(label=_("Phone or e-mail"), max_length=254)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[(one, one.label) for one in (Channel.COUNTER, Channel.PHONE, Channel.VISIT)],
    )
    station = forms.ModelChoiceField(label=_("Station"), queryset=Station.objects.none())
    consent = forms.BooleanField(
        label=_("The caller agreed aloud that we record and use these data for the case."),
        error_messages={"required": _("Ask the caller first.")},
    )
    sharing = forms.BooleanField(
        label=_("The caller also agreed that the accepting institution may call them."), required=False
    )

    field_order = [
        "enterprise_name",
        "uscc",
        "contact_name",
        "contact",
        "text",
        "product",
        "wanted_on",
        "channel",
        "station",
        "consent",
        "sharing",
    ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What is needed, in the caller's words")
        self.fields["text"].help_text = _("As they say it. Ask back what is unclear, and read it back at the end.")
        stations = Station.objects.served_by(user).filter(active=True)
        self.fields["station"].queryset = stations  # type: ignore[attr-defined]
        self.fields["station"].initial = stations.order_by("id").first()
        self.fields["enterprise"].queryset = Enterprise.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean_uscc(self) -> str:
        typed: str = self.cleaned_data["uscc"]
        return validate_uscc(typed) if typed.strip() else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("enterprise") and not cleaned.get("enterprise_name") and cleaned.get("uscc"):
            self.add_error("enterprise_name", _("What is the enterprise called?"))
        return cleaned

    def profile(self) -> Profile | None:
        """The enterprise to record provisionally, None where one was picked or none was named."""
        name = words.clean(self.cleaned_data["enterprise_name"])
        if self.cleaned_data["enterprise"] or not name:
            return None
        return Profile(name=name, uscc=self.cleaned_data["uscc"] or None)
