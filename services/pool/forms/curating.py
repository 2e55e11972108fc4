"""What a curator decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from experts.models import Credential, Institution
from services.pool.actions.reviewing import Finding, Review
from services.pool.forms.fields import DayField, ScopeField
from services.pool.models import Application, HeldCredential, OfferedItem, PointCheck, ReviewPoint
from services.pool.states import ApplicationState

Standing = Institution.Standing


@dataclass(frozen=True)
class Line:
    """One row of the screen: what it is about, the decision and the note."""

    about: Any
    answer: BoundField
    note: BoundField


class ReviewForm(forms.Form):
    """One screen: each point, service and credential with its decision and a note; all may stay open."""

    def __init__(self, *args: Any, application: Application, frozen: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frozen = frozen
        self.points = list(ReviewPoint.objects.of(application))
        items = application.items.select_related("item__board").prefetch_related("regions")
        self.items = list(items.order_by("pk"))
        self.held = list(application.credentials.select_related("type", "attachment").order_by("pk"))
        checks = {check.point_id: check for check in application.checks.all()}
        for point in self.points:
            known = checks.get(point.pk)
            self._add("point", point.pk, PointCheck.Answer.choices, known and known.answer, known and known.note)
        for row in self.items:
            self._add("item", row.pk, _decisions(OfferedItem), row.decision, row.reason)
        for credential in self.held:
            self._add("held", credential.pk, _decisions(HeldCredential), credential.decision, credential.reason)

    def _add(self, about: str, key: Any, choices: Iterable[Any], answer: Any, note: Any) -> None:
        self.fields[f"{about}_{key}"] = forms.ChoiceField(
            label=_("Conclusion"),
            choices=[("", OfferedItem.Decision.OPEN.label), *choices],
            required=False,
            initial=answer or "",
            disabled=self.frozen,
        )
        self.fields[f"{about}_{key}_note"] = forms.CharField(
            label=_("Note"),
            max_length=300,
            required=False,
            initial=note or "",
            disabled=self.frozen,
            strip=True,
            widget=forms.TextInput(attrs={"placeholder": _("Note")}),
        )

    def lines(self, about: str) -> list[Line]:
        every: dict[str, list[Any]] = {"point": self.points, "item": self.items, "held": self.held}
        return [Line(row, self[f"{about}_{row.pk}"], self[f"{about}_{row.pk}_note"]) for row in every[about]]

    def point_lines(self) -> list[Line]:
        return self.lines("point")

    def item_lines(self) -> list[Line]:
        return self.lines("item")

    def held_lines(self) -> list[Line]:
        return self.lines("held")

    def review(self) -> Review:
        return Review(
            points={row.pk: self._finding("point", row.pk) for row in self.points},
            items={row.pk: self._finding("item", row.pk) for row in self.items},
            credentials={row.pk: self._finding("held", row.pk) for row in self.held},
        )

    def _finding(self, about: str, key: Any) -> Finding:
        return Finding(self.cleaned_data[f"{about}_{key}"], self.cleaned_data[f"{about}_{key}_note"])


def _decisions(model: type[OfferedItem] | type[HeldCredential]) -> list[Any]:
    return [choice for choice in model.Decision.choices if choice[0]]


OF_REVIEW = {"form": "review"}
"""These fields stand beside the review and are sent with it, so that no step loses what was found so far."""


class AskForm(forms.Form):
    questions = forms.CharField(
        label=_("What is missing or unclear?"),
        widget=forms.Textarea(attrs={"rows": 3, **OF_REVIEW}),
        max_length=3000,
        strip=True,
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason, as the applicant reads it"),
        widget=forms.Textarea(attrs={"rows": 3, **OF_REVIEW}),
        max_length=2000,
        strip=True,
    )


class AcceptForm(forms.Form):
    standing = forms.ChoiceField(
        label=_("Standing"),
        choices=[(Standing.ACTIVE, Standing.ACTIVE.label), (Standing.PROBATION, Standing.PROBATION.label)],
        required=False,
        widget=forms.Select(attrs=OF_REVIEW),
    )
    note = forms.CharField(
        label=_("A word to the applicant"),
        max_length=1000,
        required=False,
        strip=True,
        widget=forms.TextInput(attrs=OF_REVIEW),
    )

    def clean_standing(self) -> str:
        return self.cleaned_data["standing"] or Standing.ACTIVE


class QueueForm(forms.Form):
    """What the list of applications shows."""

    STATES = [
        ("", _("Under review")),
        *[(state.value, state.label) for state in ApplicationState if state not in ("draft", "submitted")],
        ("mine", _("Entered here, not sent yet")),
    ]
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *Application.Kind.choices], required=False)
    q = forms.CharField(
        label=_("Name"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


class ExpiryForm(forms.Form):
    """What the list of credentials shows."""

    SHOWS = [
        ("", _("End within 90 days")),
        ("30", _("End within 30 days")),
        ("over", _("Ended, not renewed")),
        ("claimed", _("To be checked")),
        ("suspended", _("Suspended")),
    ]
    show = forms.ChoiceField(label=_("Show"), choices=SHOWS, required=False)


class StepForm(forms.Form):
    """From or on which day, and why; a check needs neither."""

    on = DayField(label=_("From which day"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, strip=True)

    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{verb}_%s", **kwargs})
        if verb in {"suspend", "restore", "withdraw"}:
            self.fields["on"].required = self.fields["reason"].required = True


class SettleForm(forms.Form):
    """What was done about a refusal as outside the scope."""

    CHOICES = [
        ("", _("— please choose —")),
        ("pause", _("Pause this service for the institution")),
        ("kept", _("Leave it as it is")),
    ]
    outcome = forms.ChoiceField(label=_("What is done"), choices=CHOICES)
    note = forms.CharField(label=_("Why"), max_length=400, strip=True)


class OfferDecisionForm(forms.Form):
    CHOICES = [("", _("— please choose —")), ("approve", _("Approve")), ("refuse", _("Not approved"))]
    outcome = forms.ChoiceField(label=_("Conclusion"), choices=CHOICES)
    reason = forms.CharField(label=_("Reason, as the institution reads it"), max_length=300, required=False, strip=True)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("outcome") == "refuse" and not said.get("reason"):
            self.add_error("reason", _("Say why, so that the institution can do something about it."))
        return said


class RescopeForm(forms.Form):
    """The annex as it reads from a day on."""

    on = DayField(label=_("From which day"))
    scope = ScopeField()

    def __init__(self, *args: Any, credential: Credential, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.credential = credential

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if self.credential.scope.filter(since__gt=day).exists():
            raise ValidationError(_("The scope was changed on a later day already. Choose that day or a later one."))
        return day
