"""What an institution of the pool may say anew about itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from experts.models import Expert, Institution
from portal.reference.fields import region_field
from services.clocks.models import WorkCalendar
from services.directory.models import Capability
from services.pool.forms.applying import REGIONS, ItemForm
from services.pool.forms.fields import DayField, HonestField, LongField, PhoneField


class ProfileForm(forms.Form):
    introduction_zh = LongField(label=_("Introduction (Chinese)"), required=False)
    introduction_en = LongField(label=_("Introduction (English)"), required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=100)
    phone = PhoneField()
    email = forms.EmailField(label=_("E-mail"), required=False)
    weekly_capacity = forms.IntegerField(
        label=_("Referrals you can take a week"),
        help_text=_("Leave it empty if there is no limit."),
        min_value=1,
        max_value=10_000,
        required=False,
    )

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(institution, name) for name in self.fields}


class OfferForm(ItemForm):
    """One service of the institution; which one it is stays. There is room for one region more than it has."""

    def __init__(self, *args: Any, row: Capability, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        del self.fields["item"]
        regions = list(row.regions.order_by("pk"))
        for place in range(len(REGIONS) + 1, len(regions) + 2):
            self.fields[f"region_{place}"] = region_field(label=_("Further region"), required=False)
        self.initial = {name: getattr(row, name) for name in ("fee", "price", "promised_working_days", "scope_note")}
        self.initial |= {f"region_{place}": region for place, region in enumerate(regions, start=1)}

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "item": self.row.item}


class CalendarForm(forms.Form):
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
        field.queryset = WorkCalendar.objects.filter(published_at__isnull=False, is_default=False).order_by("code")


class AwayForm(forms.Form):
    """From one day to another, both included."""

    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, strip=True)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", _("The last day is before the first."))
        return said


class ExpertProfileForm(forms.Form):
    """What an expert may say anew; name and employer are changed by a curator."""

    title = HonestField(label=_("Titles and qualifications"), max_length=100, required=False)
    fields_said = HonestField(label=_("Fields"), help_text=_("Separated by commas."), max_length=300)
    languages = forms.CharField(label=_("Languages"), max_length=100, required=False)
    available = forms.BooleanField(label=_("I can be asked at the moment"), required=False)
    availability = forms.CharField(
        label=_("When you can come"),
        help_text=_("Days, hours, how far you travel."),
        max_length=200,
        required=False,
    )
    interests_declared = forms.CharField(
        label=_("Interests"),
        help_text=_(
            "Enterprises and institutions you work for, own a part of or coach: you will not judge them. Write “none” "
            "if there are none."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )
    phone = PhoneField()
    email = forms.EmailField(label=_("E-mail"), required=False)

    def __init__(self, *args: Any, expert: Expert, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {name: getattr(expert, name) for name in self.fields if name != "fields_said"}
        self.initial = {**said, "fields_said": expert.fields}

    def columns(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["fields"] = said.pop("fields_said")
        return said
