"""The states of an application to the pool and the steps between them: a literal table."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApplicationState(TextChoices):
    DRAFT = "draft", _("Draft, not sent yet")
    SUBMITTED = "submitted", _("Under review")
    RETURNED = "returned", _("Waiting for the applicant")
    ACCEPTED = "accepted", pgettext_lazy("application", "Accepted")
    DECLINED = "declined", pgettext_lazy("application", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


S = ApplicationState

STEPS: dict[ApplicationState, frozenset[ApplicationState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.RETURNED, S.ACCEPTED, S.DECLINED, S.WITHDRAWN}),
    S.RETURNED: frozenset({S.SUBMITTED, S.DECLINED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset(),
    S.DECLINED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
EDITABLE = frozenset({S.DRAFT, S.RETURNED})
OPEN = frozenset({S.DRAFT, S.SUBMITTED, S.RETURNED})
DECIDED = frozenset({S.ACCEPTED, S.DECLINED})
