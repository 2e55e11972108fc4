"""Three short questions, and what staff write down about a call. Nothing is ticked beforehand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from experts.models import Grade
from services.catalogue.models import Board
from services.followup.actions import Answer, Outcome

GRADES = [(str(grade.value), grade.label) for grade in Grade]
SOLVED = [("yes", _("Yes")), ("no", _("No, not yet"))]


class SurveyForm(forms.Form):
    grade = forms.TypedChoiceField(
        label=_("How satisfied are you with the service?"), choices=GRADES, coerce=int, widget=forms.RadioSelect
    )
    solved = forms.ChoiceField(
        label=_("Is your matter solved?"), choices=SOLVED, widget=forms.RadioSelect, required=False
    )
    comment = forms.CharField(
        label=_("What should we know?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        strip=True,
    )

    def answer(self) -> Answer:
        """What was said; an empty answer to the second question is none."""
        said = {"yes": True, "no": False}.get(self.cleaned_data["solved"])
        return Answer(self.cleaned_data["grade"], said, self.cleaned_data["comment"])


class CallForm(SurveyForm):
    """The answer is needed only where the enterprise gave one."""

    field_order = ["outcome", "grade", "solved", "comment", "note"]
    outcome = forms.ChoiceField(
        label=_("How did the call go?"),
        choices=[
            (Outcome.ANSWERED, _("Reached, answered")),
            (Outcome.NOT_REACHED, _("Not reached")),
            (Outcome.LATER, _("Reached, asked to call later")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note for colleagues"), max_length=500, required=False, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].required = False
        self.fields["grade"].label = _("Grade, in the words of the enterprise")
        self.fields["comment"].label = _("What the enterprise said")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == Outcome.ANSWERED and not cleaned.get("grade") and "grade" not in self.errors:
            self.add_error("grade", _("Choose the grade that the enterprise gave."))
        return cleaned

    def answer(self) -> Answer | None:  # type: ignore[override]
        return super().answer() if self.cleaned_data["outcome"] == Outcome.ANSWERED else None


class WaiveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is nobody asked?"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500, strip=True
    )


class ListForm(forms.Form):
    """What the list shows."""

    SHOWS = [
        ("open", _("Waiting")),
        ("overdue", _("To be called")),
        ("planned", _("Planned")),
        ("over", _("Over")),
    ]
    show = forms.ChoiceField(label=_("Show"), choices=SHOWS, required=False)
    board = forms.ModelChoiceField(
        Board.objects.order_by("order"), label=_("Board"), required=False, empty_label=_("All boards")
    )
