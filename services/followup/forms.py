"""Three short questions and some more for who likes; and what staff write down about a call. Nothing is ticked
beforehand.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from experts.models import Grade
from portal.files.forms import AttachmentsField
from services.catalogue.models import Board
from services.followup.actions import Answer, Channel, Outcome
from services.followup.models import SurveyAnswer
from services.followup.states import Kind, Scale, Solved

FIRST: dict[str, tuple[str, ...]] = {
    Kind.SATISFACTION: ("grade", "solved", "comment", "shares_comment"),
    Kind.EFFECT: ("grade", "solved", "changed"),
    Kind.IMPACT: ("changed", "benefit", "solved"),
}
MORE: dict[str, tuple[str, ...]] = {
    Kind.SATISFACTION: ("contacted", "timeliness", "attitude", "price_clarity", "recommend", "papers"),
    Kind.EFFECT: ("benefit", "papers", "recommend", "comment"),
    Kind.IMPACT: ("papers", "grade", "recommend", "comment"),
}
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def _grades(label: Any, choices: Any, *, required: bool = False) -> forms.TypedChoiceField:
    """Large targets side by side, instead of small dots."""
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        coerce=int,
        empty_value=None,
        required=required,
        widget=forms.RadioSelect,
        template_name="followup/_grades.html",  # type: ignore[call-arg]  # the stubs do not know it yet
    )


def words(
    label: Any, rows: int = 3, *, required: bool = False, longest: int = 1000, help_text: Any = ""
) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, widget=area, max_length=longest, required=required, strip=True, help_text=help_text
    )


class SurveyForm(forms.Form):
    """The questions of one kind of survey; with an earlier answer it starts from there."""

    grade = _grades(_("How satisfied are you with the service?"), Grade.choices, required=True)
    solved = forms.ChoiceField(
        label=_("Is your matter solved?"), choices=Solved.choices, widget=forms.RadioSelect, required=False
    )
    comment = words(_("What should we know?"), 3)
    shares_comment = forms.BooleanField(
        label=_("The institution may read these words, among those of others and without my name"), required=False
    )
    contacted = forms.TypedChoiceField(
        label=_("Did the institution get in touch with you?"),
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    timeliness = _grades(_("How quick was it?"), Scale.choices)
    attitude = _grades(_("How were you treated?"), Scale.choices)
    price_clarity = _grades(_("How clear was the price?"), Scale.choices)
    recommend = forms.TypedChoiceField(
        label=_("Would you recommend it? 0 means by no means, 10 means certainly"),
        choices=[("", "–"), *((number, number) for number in range(11))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    changed = words(_("What has changed since?"), 3)
    benefit = forms.DecimalField(
        label=_("What is it worth a year, in CNY? Your own estimate"),
        help_text=_("Kept as reported by yourself. A paper that shows it can be added."),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )
    papers = AttachmentsField(label=_("Files"))
    left_out: tuple[str, ...] = ()

    def __init__(self, data: Any = None, files: Any = None, *, kind: str, answer: SurveyAnswer | None = None) -> None:
        super().__init__(data, files, initial=_initial(answer) if answer else None)
        self.kind = kind
        asked = {*FIRST[kind], *MORE[kind]} - {*self.left_out}
        for name in {*SurveyForm.base_fields} - asked:
            del self.fields[name]
        self.fields["grade"].required = kind != Kind.IMPACT

    def first(self) -> list[BoundField]:
        return [self[name] for name in FIRST[self.kind]]

    def more(self) -> list[BoundField]:
        return [self[name] for name in MORE[self.kind] if name in self.fields]

    def more_wanted(self) -> bool:
        """Whether what is folded away holds something to see."""
        return any(field.errors or field.value() not in (None, "", []) for field in self.more())

    def answer(self) -> Answer:
        """What was said; a question left open stays open."""
        said = {name: self.cleaned_data[name] for name in Answer.__dataclass_fields__ if name in self.fields}
        return Answer(**{"grade": None, **said})


def _initial(answer: SurveyAnswer) -> dict[str, Any]:
    contacted = {True: "yes", False: "no", None: None}[answer.contacted]
    return {name: getattr(answer, name) for name in Answer.__dataclass_fields__} | {"contacted": contacted}


class CallForm(SurveyForm):
    """The answer is needed only where the enterprise gave one."""

    left_out = ("papers",)
    channel = forms.ChoiceField(
        label=_("How did you ask?"),
        choices=[(Channel.PHONE, _("By phone")), (Channel.VISIT, _("On site"))],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=_("How did it go?"),
        choices=[
            (Outcome.ANSWERED, _("Reached, answered")),
            (Outcome.NOT_REACHED, _("Not reached")),
            (Outcome.LATER, _("Reached, asked to call later")),
        ],
        widget=forms.RadioSelect,
    )
    wished_at = forms.DateTimeField(
        label=_("Call again at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        required=False,
    )
    note = forms.CharField(label=_("Note for colleagues"), max_length=500, required=False, strip=True)

    def __init__(self, data: Any = None, *, kind: str) -> None:
        super().__init__(data, kind=kind)
        self.grade_needed = self.fields["grade"].required
        self.fields["grade"].required = False
        self.fields["grade"].label = _("Grade, in the words of the enterprise")
        self.fields["comment"].label = _("What the enterprise said")
        if "shares_comment" in self.fields:
            self.fields["shares_comment"].label = _(
                "The enterprise agrees that the institution reads this, among the words of others and without its name"
            )

    def clean_wished_at(self) -> datetime | None:
        wished: datetime | None = self.cleaned_data["wished_at"]
        if wished is not None and wished <= timezone.now():
            raise forms.ValidationError(_("Choose a time that is still to come."))
        return wished

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        answered = cleaned.get("outcome") == Outcome.ANSWERED
        if answered and self.grade_needed and not cleaned.get("grade") and "grade" not in self.errors:
            self.add_error("grade", _("Choose the grade that the enterprise gave."))
        if cleaned.get("outcome") != Outcome.LATER:
            cleaned["wished_at"] = None
        return cleaned

    def said(self) -> Answer | None:
        return self.answer() if self.cleaned_data["outcome"] == Outcome.ANSWERED else None


class WaiveForm(forms.Form):
    reason = words(_("Why is nobody asked?"), 2, required=True, longest=500)


class ListForm(forms.Form):
    """What the list shows."""

    SHOWS = [
        ("call", _("To be called")),
        ("open", pgettext_lazy("follow-up", "Waiting for an answer")),
        ("planned", _("Planned")),
        ("over", _("Over")),
    ]
    show = forms.ChoiceField(label=_("Show"), choices=SHOWS, required=False)
    board = forms.ModelChoiceField(
        Board.objects.order_by("order"), label=_("Board"), required=False, empty_label=_("All boards")
    )
