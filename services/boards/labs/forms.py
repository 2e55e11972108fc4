"""What people type in about instruments and bookings: checked here, written by the actions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise
from experts.models import Equipment
from portal.accounts.models import User
from portal.files.checks import check
from portal.files.forms import AttachmentsField
from portal.reference.models import Region
from services.boards.labs import wishing
from services.boards.labs.actions.keeping import Hours
from services.boards.labs.models import BookingRule
from services.boards.labs.states import BlackoutKind, Operation
from services.cases.models import Need

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
LOCAL = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A local moment of this century."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment is not None and not EARLIEST <= moment <= LATEST:
            raise forms.ValidationError(_("This date is not possible."))
        return moment


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PhotoField(AttachmentsField):
    """One picture."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=_("A JPEG or PNG picture of the instrument."), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = super().clean(data, initial)
        if len(uploads) > 1 or any(not check(one).content_type.startswith("image/") for one in uploads):
            raise forms.ValidationError(_("Please choose one picture."))
        return uploads


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Capability, standard or name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    region = forms.ModelChoiceField(
        Region.objects.none(), label=_("Region"), required=False, empty_label=_("All regions")
    )
    begins = MomentField(label=_("Free from"), required=False)
    hours = forms.IntegerField(label=_("for, hours"), required=False, min_value=1, max_value=72)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.filter(institution__equipment__available=True).distinct().order_by("code")
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The time that has to be free, if one was given."""
        begins = self.cleaned_data.get("begins")
        hours = self.cleaned_data.get("hours") or 1
        return (begins, begins + timedelta(hours=hours)) if begins else None


class SpanForm(forms.Form):
    """A time, the end after the beginning or not: the rules say so by name."""

    begins = MomentField(label=_("From"))
    ends = MomentField(label=_("To"))


class BookingForm(SpanForm):
    operation = forms.ChoiceField(label=_("Who operates it"), choices=Operation.choices, widget=forms.RadioSelect)
    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label=_("For the enterprise"), required=False)
    need = forms.ModelChoiceField(
        Need.objects.none(), label=_("For the need"), required=False, empty_label=_("None of my needs")
    )
    purpose = forms.CharField(
        label=_("Purpose and samples"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is measured, material, hazards. The owner reads it, with the name of your enterprise."),
    )
    weeks = forms.IntegerField(
        label=_("Repeat, weeks in a row"), required=False, min_value=2, max_value=26, help_text=_("Empty: only once.")
    )
    skip = forms.BooleanField(label=_("Leave out weeks in which it is not possible"), required=False)
    override = forms.CharField(
        label=_("Set rules aside, because"), max_length=300, required=False, help_text=_("Kept with the booking.")
    )

    def __init__(self, *args: Any, equipment: Equipment, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if equipment.operated != Equipment.Operated.EITHER:
            self.fields["operation"] = forms.ChoiceField(
                choices=Operation.choices, widget=forms.HiddenInput, initial=equipment.operated
            )
        self.fields["need"].queryset = wishing.needs_of(user)  # type: ignore[attr-defined]
        self.fields["need"].label_from_instance = _need_name  # type: ignore[attr-defined]
        firms = wishing.enterprises_of(user)
        self.fields["enterprise"].queryset = firms  # type: ignore[attr-defined]
        if user.works_here:
            for name, words in (
                ("enterprise", _("Its number; or that of the need.")),
                ("need", _("Its number. Empty: for no need.")),
            ):  # the desk sees too many of them to list
                self.fields[name].widget, self.fields[name].help_text = forms.NumberInput(), words
        else:
            del self.fields["override"]
            if firms.count() < 2:
                del self.fields["enterprise"]


class ReasonForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, strip=True)


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)


class CancelForm(VersionForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class MoveForm(SpanForm, VersionForm):
    pass


class OutForm(VersionForm):
    """The end of a use."""

    result = forms.CharField(
        label=pgettext_lazy("usage", "What was done"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    condition = forms.CharField(label=_("Condition of the instrument, incidents"), max_length=500, required=False)
    deliver = forms.BooleanField(
        label=_("This completes the service: hand it in as the result of the case"), required=False
    )


class RuleForm(forms.ModelForm):
    class Meta:
        model = BookingRule
        fields = [
            *("active", "slot_minutes", "longest_minutes", "before_minutes", "after_minutes", "lead_hours"),
            *("horizon_days", "cancel_hours", "weekly_hours", "hourly_cny", "hold_minutes", "turn_minutes"),
            *("no_show_minutes", "approval_needed", "qualification_needed", "across_midnight"),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        slot, longest = cleaned.get("slot_minutes"), cleaned.get("longest_minutes")
        if slot and longest and longest < slot:
            self.add_error("longest_minutes", _("The longest booking is at least one slot."))
        return cleaned


class HoursForm(forms.Form):
    """One window for each day; an empty day is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            for end, word in (("opens", _("opens")), ("closes", _("closes"))):
                attrs = {"type": "time", "aria-label": f"{name}: {word}"}
                self.fields[f"{end}_{number}"] = forms.TimeField(
                    label=name, required=False, widget=forms.TimeInput(attrs=attrs, format="%H:%M")
                )

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(name, self[f"opens_{number}"], self[f"closes_{number}"]) for number, name in enumerate(WEEKDAYS)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(7):
            if (cleaned.get(f"opens_{number}") is None) != (cleaned.get(f"closes_{number}") is None):
                self.add_error(f"closes_{number}", _("Say both, or neither."))
        return cleaned

    def hours(self) -> list[Hours]:
        said = self.cleaned_data
        opened = [number for number in range(7) if said[f"opens_{number}"] is not None]
        return [Hours(number, said[f"opens_{number}"], said[f"closes_{number}"]) for number in opened]


class FactsForm(forms.Form):
    """What everybody reads about an instrument."""

    specification = forms.CharField(
        label=_("Specification"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    standards = forms.CharField(
        label=_("Standards and methods"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    conditions = forms.CharField(
        label=_("Conditions"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    training = forms.CharField(
        label=_("Training needed"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    fee = forms.CharField(label=_("Fee in words"), max_length=120, required=False)
    calibrated_until = _day(label=_("Calibration valid to"), required=False)
    operated = forms.ChoiceField(label=_("Who operates it"), choices=Equipment.Operated.choices)
    parent = forms.ModelChoiceField(
        Equipment.objects.none(), label=_("Part of"), required=False, empty_label=_("Stands alone")
    )
    photo = PhotoField(label=_("Photo"))

    def __init__(self, *args: Any, row: Equipment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siblings = Equipment.objects.filter(owner=row.owner_id).exclude(pk=row.pk).order_by("pk")
        self.fields["parent"].queryset = siblings  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: Equipment) -> dict[str, Any]:
        return {name: getattr(row, name) for name in cls.base_fields if name != "photo"}


class BlackoutForm(SpanForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=BlackoutKind.choices)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, help_text=_("Everybody reads it."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and begins >= ends:
            self.add_error("ends", _("The end is before the beginning."))
        return cleaned


class QualificationForm(forms.Form):
    enterprise = forms.CharField(
        label=_("Enterprise"), max_length=200, help_text=_("Its full name or unified social credit code.")
    )
    valid_to = _day(label=_("Valid to"), required=False)
    note = forms.CharField(label=_("How it was shown"), max_length=200, required=False)

    def clean_enterprise(self) -> Enterprise:
        found = wishing.enterprise_named(self.cleaned_data["enterprise"])
        if found is None:
            raise forms.ValidationError(_("No enterprise of this name or code is registered here."))
        return found


def _need_name(need: Need) -> str:
    return f"{need.case.number} · {need.item.name}"


def local(moment: datetime) -> str:
    """As a ``datetime-local`` input wants it."""
    return timezone.localtime(moment).strftime(LOCAL)
