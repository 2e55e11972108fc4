"""Who may do what: one table. Row scope is not here but in each model's ``visible_to``."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ENTERPRISE = "enterprise", _("Enterprise user")
    PROVIDER = "provider", _("Provider institution")
    EXPERT = "expert", _("Expert")
    SPECIALIST = "specialist", _("Service specialist")
    TEAM_LEAD = "team_lead", _("Team lead")
    CURATOR = "curator", _("Pool curator")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


STAFF = frozenset({Role.SPECIALIST, Role.TEAM_LEAD, Role.CURATOR, Role.AUDITOR, Role.ADMINISTRATOR})
DESK = frozenset({Role.SPECIALIST, Role.TEAM_LEAD})  # they work on cases
READERS = DESK | {Role.AUDITOR}  # they see every case of their stations
ADMIN_SITE = frozenset({Role.CURATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.TEAM_LEAD})


def _models(app: str, *names: str, actions: str = "add change delete view") -> set[str]:
    return {f"{app}.{action}_{name}" for name in names for action in actions.split()}


_POOL = (
    _models("experts", "institution", "credential", "credentialscope", "expert", "equipment", "institutionmembership")
    | _models("experts", "affiliategroup", "credentialtype")
    | _models("directory", "capability", "relationship")
)
_CATALOGUE = _models("catalogue", "board", "serviceitem", actions="add change view")
_CLOCKS = _models("clocks", "workcalendar", "calendarday", "clockpolicy")
_PENDING = _models("followup", "followup", actions="view") | _models("experts", "rating", actions="view")
_UNDELIVERED = _models("outbox", "message", actions="view change")

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.ENTERPRISE: frozenset({"intake.submit", "cases.answer", "cases.confirm", "enterprises.manage_own"}),
    Role.PROVIDER: frozenset({"delivery.work"}),
    Role.EXPERT: frozenset(),
    Role.SPECIALIST: frozenset({"intake.record", "triage.work", "routing.offer", "followup.record", "cases.read"}),
    Role.TEAM_LEAD: frozenset(
        {"intake.record", "triage.work", "triage.lead", "routing.offer", "followup.record", "cases.read"}
        | _models("stations", "station", "assignment", actions="view change add")
        | _models("accounts", "user", actions="view")
        | _models("reference", "region", actions="view")
        | _PENDING
    ),
    Role.CURATOR: frozenset(
        _models("accounts", "user", actions="view")
        | _models("reference", "region", "industry", actions="view")
        | _models("enterprises", "enterprise", actions="view")
        | _POOL
        | _CATALOGUE
        | _CLOCKS
        | _PENDING
        | _UNDELIVERED
    ),
    Role.AUDITOR: frozenset(
        {"cases.read"}
        | {permission for permission in _POOL | _CATALOGUE | _CLOCKS if ".view_" in permission}
        | _PENDING
        | _models("audit", "auditentry", actions="view")
        | _models("outbox", "message", actions="view")
    ),
    Role.ADMINISTRATOR: frozenset(
        _models("accounts", "user", actions="add change view")
        | _models("stations", "station", "assignment")
        | _models("reference", "region", "industry", actions="view change")
        | _models("accounts", "privacynotice", actions="add view")
        | _CATALOGUE
        | _CLOCKS
        | _UNDELIVERED
    ),
}
