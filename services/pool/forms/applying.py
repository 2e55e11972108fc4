"""What an applicant types, step by step. Only form is checked here: what is missing is listed before sending."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.identifiers import validate_uscc
from experts.credentials import Claim
from experts.models import CredentialType, Institution
from portal import words
from portal.files.checks import ACCEPT, check
from portal.files.forms import AttachmentsField
from portal.reference.fields import region_field
from services.clocks.models import WorkCalendar
from services.directory.models import Capability
from services.directory.qualification import NO_CREDENTIAL
from services.pool import missing
from services.pool.actions.applying import Offer
from services.pool.forms.fields import DayField, HonestField, ItemField, LongField, NamedField, PhoneField, ScopeField
from services.pool.models import Application, HeldCredential, OfferedItem

Kind = Application.Kind
REGIONS = ("region_1", "region_2", "region_3")


class StartForm(forms.Form):
    kind = forms.ChoiceField(choices=Kind)


class AboutForm(forms.Form):
    """The first step: its fields are columns of the application or, by the same name, its details."""

    stored: ClassVar[tuple[str, ...]] = ("name", "region", "phone", "email")

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {name: getattr(application, name) for name in self.stored if name in self.fields}
        self.initial = {**application.details, **own}
        for name in missing.needed(application):
            if name in self.fields:
                self.fields[name].needed_later = True  # type: ignore[attr-defined]  # read by ``DrawnField``

    def clean_name(self) -> str:
        return words.fold(words.clean(self.cleaned_data["name"]))

    def columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.stored if name in self.fields}

    def details(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name not in self.stored}
        return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}


class ProviderForm(AboutForm):
    stored = (
        *AboutForm.stored,
        *("name_en", "uscc", "address", "introduction", "contact_name", "weekly_capacity", "calendar"),
    )
    name = HonestField(label=_("Full name, as on the licence"), max_length=200)
    name_en = HonestField(label=_("Name in English"), max_length=200, required=False)
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, on the business licence."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    region = region_field(label=_("Region"), required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    introduction = LongField(
        label=_("Introduction"),
        help_text=_("For the public directory: what you do and for whom. No promises of a certificate or a grant."),
        required=False,
    )
    contact_name = forms.CharField(label=_("Contact"), max_length=100, required=False)
    phone = PhoneField()
    email = forms.EmailField(label=_("E-mail"), required=False)
    weekly_capacity = forms.IntegerField(
        label=_("Referrals you can take a week"),
        help_text=_("Leave it empty if there is no limit."),
        min_value=1,
        max_value=10_000,
        required=False,
    )
    calendar = forms.ModelChoiceField(
        WorkCalendar.objects.none(),
        label=_("Working calendar"),
        help_text=_("Your times to answer are counted in it."),
        required=False,
        empty_label=_("The usual one"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["calendar"]
        field.queryset = WorkCalendar.objects.filter(published_at__isnull=False).order_by("code")

    def clean_uscc(self) -> str:
        typed: str = self.cleaned_data["uscc"] or ""
        return validate_uscc(typed) if typed.strip() else ""


class ExpertForm(AboutForm):
    name = forms.CharField(label=_("Full name"), max_length=100)
    title = HonestField(label=_("Titles and qualifications"), max_length=100, required=False)
    subjects = HonestField(label=_("Fields"), help_text=_("Separated by commas."), max_length=300, required=False)
    employer_name = forms.CharField(label=_("Employer"), max_length=200, required=False)
    languages = forms.CharField(label=_("Languages"), max_length=100, required=False)
    region = region_field(label=_("Region"), required=False)
    availability = forms.CharField(
        label=_("When you can come"),
        help_text=_("Days, hours, how far you travel."),
        max_length=200,
        required=False,
    )
    interests = forms.CharField(
        label=_("Interests"),
        help_text=_(
            "Enterprises and institutions you work for, own a part of or coach: you will not judge them. Write “none” "
            "if there are none."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    phone = PhoneField()
    email = forms.EmailField(label=_("E-mail"), required=False)


class EquipmentForm(AboutForm):
    """As a curator enters it, for any institution of the pool."""

    stored = (*AboutForm.stored, "owner")
    name = HonestField(label=_("Name of the instrument"), max_length=200)
    owner: forms.Field = NamedField(label=pgettext_lazy("instrument", "Owner"), required=False)
    model = forms.CharField(label=_("Model"), max_length=120, required=False)
    serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    specification = LongField(label=_("Specification"), rows=3, required=False)
    calibrated_until = DayField(label=_("Calibration valid to"), required=False)
    fee = HonestField(label=_("Fee"), max_length=120, required=False)
    conditions = LongField(
        label=_("Conditions of use"),
        help_text=_("Who may operate it, samples, notice, confidentiality."),
        rows=3,
        required=False,
    )


class OwnEquipmentForm(EquipmentForm):
    """As the owner's people enter it: they choose among what is theirs."""

    owner = forms.ModelChoiceField(
        Institution.objects.none(),
        label=pgettext_lazy("instrument", "Owner"),
        required=False,
        empty_label=_("— please choose —"),
    )

    def __init__(self, *args: Any, owners: QuerySet[Institution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = owners.order_by("name_zh")


class ItemForm(forms.Form):
    item = ItemField(label=_("Service"))
    fee = forms.ChoiceField(label=_("Fee"), choices=[("", _("— please choose —")), *Capability.Fee.choices])
    price = HonestField(
        label=_("Price in words"),
        help_text=_("For example: 800 to 1,500 CNY a sample."),
        max_length=200,
        required=False,
    )
    promised_working_days = forms.IntegerField(
        label=_("Working days you promise"), min_value=1, max_value=730, required=False
    )
    scope_note = HonestField(label=_("Scope in words"), max_length=300, required=False)
    region_1 = region_field(
        label=_("Regions you serve"), help_text=_("Leave all empty if you serve everywhere."), required=False
    )
    region_2 = region_field(label=_("Second region"), required=False)
    region_3 = region_field(label=_("Third region"), required=False)

    def regions(self) -> list[forms.BoundField]:
        """The first region, and those that say something."""
        return [field for field in self._places() if field.name == REGIONS[0] or field.value() or field.errors]

    def further_regions(self) -> list[forms.BoundField]:
        shown = {field.name for field in self.regions()}
        return [field for field in self._places() if field.name not in shown]

    def _places(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("region_")]

    @classmethod
    def of(cls, row: OfferedItem) -> dict[str, Any]:
        """What the form shows of a row."""
        names = ("item", "fee", "price", "promised_working_days", "scope_note")
        return {name: getattr(row, name) for name in names} | dict(zip(REGIONS, row.regions.all(), strict=False))

    def offer(self) -> Offer:
        said = {name: value for name, value in self.cleaned_data.items() if not name.startswith("region_")}
        chosen = [value for name, value in self.cleaned_data.items() if name.startswith("region_") and value]
        return Offer(**said, regions=list(dict.fromkeys(chosen)))


class CredentialForm(forms.Form):
    type = forms.ModelChoiceField(
        CredentialType.objects.exclude(pk=NO_CREDENTIAL).order_by("code"),
        label=_("Kind of credential"),
        empty_label=_("— please choose —"),
    )
    number = forms.CharField(label=_("Number"), max_length=80)
    issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)
    valid_from = DayField(label=_("Valid from"))
    valid_to = DayField(label=_("Valid to"), help_text=_("Leave it empty if it has no end."), required=False)
    file = forms.FileField(
        label=_("Certificate and annex, one file"),
        help_text=_("PDF or a picture, 25 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        required=False,
    )
    scope = ScopeField()

    def __init__(self, *args: Any, file_needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = file_needed

    @classmethod
    def of(cls, row: HeldCredential) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("type", "number", "issuer", "valid_from", "valid_to", "scope")}

    def clean_number(self) -> str:
        return words.fold(words.clean(self.cleaned_data["number"]))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload:
            check(upload)
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day is before the first."))
        return cleaned

    def claim(self) -> Claim:
        names = ("type", "number", "issuer", "valid_from", "valid_to", "scope")
        return Claim(**{name: self.cleaned_data[name] for name in names})


class PapersForm(forms.Form):
    papers = AttachmentsField(label=_("Licences and other papers"), required=True)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        strip=True,
        error_messages={"required": _("Please say in a few words what you answer.")},
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why, if you like"), max_length=500, required=False, strip=True)
