"""The forms of certificates, roadmaps and their steps."""

from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from experts import promises
from portal.templatetags.look import day
from services.boards.certification import conflicts
from services.boards.certification.models import Certificate, Roadmap, Step
from services.boards.forms import ColumnsForm, EntryForm, PaperForm, Screen, formfield


def no_consultant(enterprise: int) -> Screen:
    """Consultant and certifier are two."""
    consultants = conflicts.recent(enterprise, timezone.localdate())

    def screen(body: str) -> str:
        if found := conflicts.named(body, consultants):
            raise forms.ValidationError(
                _("%(name)s advised you until %(day)s. Who consults does not certify: name the body that certified."),
                params={"name": found.institution.name, "day": day(found.until)},
            )
        return body

    return screen


def no_promises(enterprise: int) -> Screen:
    """The same for everybody."""
    return partial(promises.screen, phrases=promises.listed())


class CertificateForm(EntryForm):
    screens = {"body": no_consultant}

    class Meta:
        model = Certificate
        fields = (
            "scheme",
            "number",
            "scope",
            "body",
            "sites",
            "state",
            "issued_on",
            "valid_to",
            "last_surveillance_on",
            "surveillance_on",
            "note",
        )
        formfield_callback = formfield

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if self.instance.enterprise_id is None or body == self.initial.get("body"):
            return body
        return no_consultant(self.instance.enterprise_id)(body)


class RoadmapForm(EntryForm):
    screens = {"note": no_promises}

    class Meta:
        model = Roadmap
        fields = ("laboratory", "aim", "scope", "begun_on", "apply_on", "note")
        formfield_callback = formfield

    def clean_note(self) -> str:
        return promises.screen(self.cleaned_data["note"])


class StepForm(ColumnsForm):
    """How it stands with one requirement; what is settled is shown by words or a file."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**8)

    class Meta:
        model = Step
        fields = ("state", "owner", "target_on", "evidence")
        formfield_callback = formfield

    def __init__(self, *args: Any, paper: PaperForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paper = paper
        self.initial["version"] = self.instance.version

    def clean_evidence(self) -> str:
        return promises.screen(self.cleaned_data["evidence"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        shown = (
            cleaned.get("evidence")
            or self.instance.paper_id
            or (self.paper.is_valid() and self.paper.cleaned_data["paper"])
        )
        if cleaned.get("state") in {Step.State.MET, Step.State.NOT_NEEDED} and not shown:
            self.add_error("evidence", _("Say what shows it, or attach a file."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """A file that comes along is kept by the action; the database looks at both together."""
        return super()._get_validation_exclusions() | {"evidence"}  # type: ignore[misc]
