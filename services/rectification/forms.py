"""What each side types in: checked here, written by the actions. Nothing is ticked beforehand."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from experts import promises
from portal.files.forms import AttachmentsField
from services.followup.forms import words
from services.rectification.states import SAID, CallOutcome, Verdict

CALLS = [
    (one.value, one.label) for one in (CallOutcome.CONFIRMED, CallOutcome.MISUNDERSTANDING, CallOutcome.NOT_REACHED)
]
NOT_REACHED = (CallOutcome.NOT_REACHED.value, CallOutcome.NOT_REACHED.label)
NEEDS_WORDS: dict[str, Any] = {
    Verdict.AGAIN: _("Say what is still missing: the institution reads it."),
    Verdict.REOPEN: _("Say why: whoever takes it up again reads it."),
}


_words = partial(words, required=True, longest=2000)


def _promising_nothing(field: forms.CharField) -> forms.CharField:
    """What the institution says to the enterprise is screened as its quotes are."""
    field.validators.append(promises.check)
    return field


class VersionedForm(forms.Form):
    """Carries the version the person was looking at, so that a change in between is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CallForm(VersionedForm):
    """The call after an unhappy answer."""

    outcome = forms.ChoiceField(label=_("How did the call go?"), choices=CALLS, widget=forms.RadioSelect)
    text = _words(
        _("What is to be put right"),
        required=False,
        help_text=_("In your words, for the institution and the enterprise. Leave out what it should not read."),
    )
    agreed = forms.BooleanField(
        label=_("The enterprise agrees that the institution reads its own comment too."), required=False
    )
    note = forms.CharField(label=_("Note for colleagues"), max_length=1000, required=False, strip=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == CallOutcome.CONFIRMED and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Say what is to be put right: the institution works by it."))
        if (
            cleaned.get("outcome") == CallOutcome.MISUNDERSTANDING
            and not cleaned.get("note")
            and "note" not in self.errors
        ):
            self.add_error("note", _("Say in the words of the enterprise what the misunderstanding was."))
        return cleaned


class ReplyForm(VersionedForm):
    """The institution's reply."""

    cause = _promising_nothing(_words(_("What was the cause?")))
    measures = _promising_nothing(_words(_("What did you do, and what keeps it from happening again?"), rows=4))
    done_on = forms.DateField(
        label=_("Done on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    attachments = AttachmentsField(label=_("Files"), required=False)

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Reply once it is done: this day is in the future."))
        return day


class AnswerForm(VersionedForm):
    """What the enterprise says about it."""

    verdict = forms.ChoiceField(label=_("Is it put right?"), choices=SAID, widget=forms.RadioSelect)
    said = _words(
        _("In your words"), required=False, longest=1000, help_text=_("The institution and the centre read it.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing = NEEDS_WORDS.get(cleaned.get("verdict", ""))
        if missing and not cleaned.get("said") and "said" not in self.errors:
            self.add_error("said", missing)
        return cleaned


class CheckForm(AnswerForm):
    """The same, heard on the phone."""

    note = forms.CharField(label=_("Note for colleagues"), max_length=1000, required=False, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"] = forms.ChoiceField(
            label=_("What did the enterprise say?"), choices=[*SAID, NOT_REACHED], widget=forms.RadioSelect
        )
        self.fields["said"].label = _("In the words of the enterprise")

    def answer(self) -> dict[str, Any]:
        """For the action: without a verdict nobody was reached."""
        verdict = self.cleaned_data["verdict"]
        return {**self.cleaned_data, "verdict": "" if verdict == NOT_REACHED[0] else verdict}


class DecideForm(VersionedForm):
    """How a lead ends what the two sides could not settle."""

    again = forms.TypedChoiceField(
        label=_("How does it go on?"),
        choices=[("no", _("It ends here")), ("yes", _("The institution gets one more round"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    reason = _words(_("Reason"), help_text=_("The enterprise and the institution read it."))


class AppealForm(forms.Form):
    reason = _words(
        _("Why is the rating wrong?"),
        rows=5,
        longest=5000,
        help_text=_("Facts and dates help. Somebody who had nothing to do with the case decides."),
    )
    attachments = AttachmentsField(label=_("Evidence"), required=False)


class RatingReplyForm(forms.Form):
    text = _promising_nothing(
        _words(
            _("Your reply"), rows=4, help_text=_("The enterprise and the centre read it. It stays as it is written.")
        )
    )


class RulingForm(VersionedForm):
    """The officer's decision."""

    uphold = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[
            ("yes", _("Upheld: the rating leaves the score")),
            ("no", _("Dismissed: the rating counts again")),
        ],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    decision = _words(_("Reason"), rows=5, longest=5000, help_text=_("Both sides read it."))
