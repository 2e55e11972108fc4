"""A service item in plain words: who may do it, what it promises, what will be asked, what to mind."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from experts.models import CredentialType
from portal.reference.bilingual import in_language
from services.catalogue.models import ConflictRole, CredentialMode, ServiceItem

NO_CREDENTIAL = "NONE"

COVERED: dict[str, str | Promise] = {
    "result": gettext_lazy("until you have the result"),
    "plan": gettext_lazy("until you have the plan; later milestones are agreed in it"),
    "filing": gettext_lazy("until the application is filed; the authority's own time is not counted"),
    "booking": gettext_lazy("until your appointment, course or slot is confirmed"),
    "answer": gettext_lazy("until you have a written answer"),
}
DELIVERED: dict[str, str | Promise] = {
    "certificate": gettext_lazy("Certificate"),
    "test_report": gettext_lazy("Test or inspection report"),
    "calibration_certificate": gettext_lazy("Calibration certificate"),
    "plan": gettext_lazy("Plan"),
    "advice": gettext_lazy("Advice"),
    "filing": gettext_lazy("Filing"),
    "training": gettext_lazy("Training"),
    "booking": gettext_lazy("Booking"),
}
CONFLICTS: dict[str, str | Promise] = {
    ConflictRole.CERTIFY: gettext_lazy("Whoever advised you on this subject may not certify or assess you on it."),
    ConflictRole.CONSULT: gettext_lazy("Whoever advises you on this may not certify or judge you on it afterwards."),
    ConflictRole.RETEST: gettext_lazy("A re-test is never done by the body that tested first."),
    ConflictRole.APPRAISE: gettext_lazy("An appraisal is never done by anyone who tested for or advised a side."),
}
MODES: dict[str, str | Promise] = {
    CredentialMode.ALL: gettext_lazy("The institution must hold all of these, in force:"),
    CredentialMode.ANY: gettext_lazy("The institution must hold one of these, in force:"),
    CredentialMode.PREFERRED: gettext_lazy("No licence is needed; preferred are institutions with:"),
}


def describe(item: ServiceItem, credentials: Mapping[str, CredentialType]) -> dict[str, Any]:
    """What the item's page says beyond its own texts; ``credentials`` are the types it requires, by code."""
    return {
        "promise": _promise(item),
        "delivers": " · ".join(str(DELIVERED.get(kind, kind)) for kind in item.delivery),
        "credential_mode": MODES[item.credential_mode],
        "credentials": [credentials[code].name for code in item.required_credentials if code in credentials],
        "needs_no_credential": item.required_credentials == [NO_CREDENTIAL],
        "conflict": CONFLICTS.get(item.conflict_role, ""),
        "questions": [_question(question) for question in item.intake_questions],
    }


def _promise(item: ServiceItem) -> str:
    days = ngettext("%(n)s working day", "%(n)s working days", item.promised_working_days)
    covered = COVERED.get(item.promise_covers, "")
    return _("%(days)s %(covered)s") % {"days": days % {"n": item.promised_working_days}, "covered": covered}


def _question(question: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": in_language(question["label_zh"], question["label_en"]),
        "required": question["required"],
        "columns": [in_language(column["label_zh"], column["label_en"]) for column in question.get("columns", ())],
        "choices": [in_language(choice["label_zh"], choice["label_en"]) for choice in question.get("choices", ())],
    }
