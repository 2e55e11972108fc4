"""What is decided, signed, answered and appealed about a standing; what a quarterly sheet says."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from experts import standing
from experts.models import Institution
from portal.files.forms import AttachmentsField
from services.pool.models import Appraisal, ProposalState
from services.pool.quarters import in_words

Standing = Institution.Standing


def _words(label: Any, *, rows: int = 4, longest: int = 3000, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=longest, strip=True, **more
    )


def _yes_or_no(label: Any, yes: Any, no: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )


class ProposalsForm(forms.Form):
    """What the list of proposals shows."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("Pending")), *ProposalState.choices], required=False)
    q = forms.CharField(
        label=_("Institution"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


class InstitutionsForm(forms.Form):
    """What the list of institutions shows."""

    standing = forms.ChoiceField(label=_("Standing"), choices=[("", _("All")), *Standing.choices], required=False)
    q = forms.CharField(
        label=_("Name"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


class DecideStandingForm(forms.Form):
    carry = _yes_or_no(_("Decision"), _("Follow the proposal"), _("Do not follow it"))
    reason = _words(
        _("Reason"),
        help_text=_("If you follow it, the institution reads the reason. If not, it is kept with the proposal."),
    )


class SignForm(forms.Form):
    agree = _yes_or_no(_("Your decision"), _("I sign"), _("I do not sign; the standing stays as it is"))
    note = _words(_("Reason"), rows=3)


class HandForm(forms.Form):
    """A step that no rule proposes."""

    target = forms.ChoiceField(label=_("New standing"))
    reason = _words(_("Reason, as the institution reads it"))

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = standing.STEPS[institution.standing]
        self.fields["target"].choices = [(one, one.label) for one in Standing if one in steps]  # type: ignore[attr-defined]


class StandingReplyForm(forms.Form):
    text = _words(
        _("Your reply"), help_text=_("Whoever decides reads it. You can reply once; it stays as it is written.")
    )
    attachments = AttachmentsField(label=_("Files"), required=False)


class StandingAppealForm(forms.Form):
    reason = _words(
        _("Why is the decision wrong?"),
        rows=5,
        longest=5000,
        help_text=_("Somebody who had nothing to do with it decides. Until then it stands."),
    )
    attachments = AttachmentsField(label=_("Evidence"), required=False)


class StandingRulingForm(forms.Form):
    uphold = _yes_or_no(_("Decision"), _("Upheld: the step is taken back"), _("Dismissed: the step stands"))
    decision = _words(_("Reason"), rows=5, longest=5000, help_text=_("The institution and whoever decided read it."))


class AppraisalsForm(forms.Form):
    """Which sheets the list shows; without a quarter those of the last one."""

    quarter = forms.ChoiceField(label=_("Quarter"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), ("open", _("To be appraised")), ("done", _("Appraised"))],
        required=False,
    )

    def __init__(self, *args: Any, quarters: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [(one, in_words(one)) for one in quarters]  # type: ignore[attr-defined]


class AppraiseForm(forms.Form):
    grade = forms.ChoiceField(
        label=pgettext_lazy("appraisal", "Grade"), choices=Appraisal.Grade.choices, widget=forms.RadioSelect
    )
    words = _words(_("Appraisal in words"), help_text=_("The institution reads the sheet as soon as it is decided."))
