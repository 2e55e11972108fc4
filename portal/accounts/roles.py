"""Who may do what: one table. Row scope is not here but in each model's ``visible_to``."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ENTERPRISE = "enterprise", _("Enterprise user")
    PROVIDER = "provider", _("Provider institution")
    EXPERT = "expert", _("Expert")
    SPECIALIST = "specialist", _("Service specialist")
    TEAM_LEAD = "team_lead", _("Team lead")
    CENTRE_LEAD = "centre_lead", _("Centre lead")
    CALLER = "caller", _("Follow-up caller")
    APPEALS_OFFICER = "appeals_officer", _("Appeals officer")
    CURATOR = "curator", _("Pool curator")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


DESK = frozenset({Role.SPECIALIST, Role.TEAM_LEAD, Role.CENTRE_LEAD})  # they work on cases
READERS = DESK | {Role.CALLER, Role.APPEALS_OFFICER, Role.AUDITOR}  # they see every case of their stations
STAFF = READERS | {Role.CURATOR, Role.ADMINISTRATOR}
ADMIN_SITE = frozenset({Role.CURATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.TEAM_LEAD, Role.CENTRE_LEAD})


def _models(app: str, *names: str, actions: str = "add change delete view") -> set[str]:
    return {f"{app}.{action}_{name}" for name in names for action in actions.split()}


_POOL = (
    _models("experts", "institution", "credential", "credentialscope", "expert", "equipment", "institutionmembership")
    | _models("experts", "affiliategroup", "credentialtype")
    | _models("directory", "capability", "relationship", "providercalendar", "absence")
    | _models("experts", "promisephrase")
    | _models("pool", "reviewpoint", "period")
    | _models("pool", "standingrule", actions="add change view")
)
_CATALOGUE = _models("catalogue", "board", "serviceitem", actions="add change view")
_CLOCKS = _models("clocks", "workcalendar", "calendarday", "clockpolicy") | _models("triage", "warningstep")
_ROUTING = _models("routing", "ladderpolicy") | _models(
    "routing", "scopecorrection", "matchrules", actions="view change"
)
_BOARDS = _models("boards", "reminderrule") | _models("ip", "deadlinerule", actions="add change view")
_BOARDS |= _models("consulting", "criterion", actions="add change view")
_BOARDS |= _models("metrology", "standardstatus", actions="add change view")
_BOARDS |= _models("certification", "requirement", actions="add change view")
_CHASERS = _models("chasers", "chaserrule", actions="add change view")
_FOLLOW_UP_RULES = _models("followup", "followuprule", actions="add change")
_PENDING = _models("followup", "followup", "followuprule", actions="view") | _models(
    "experts", "rating", actions="view"
)
_SCORES = _models("experts", "scorerule", "institutionscore", actions="view")
_UNDELIVERED = _models("outbox", "message", actions="view change")

_LEAD = (
    {"intake.record", "triage.work", "triage.lead", "routing.offer", "followup.record", "cases.read"}
    | {"boards.keep", "imports.work", "labs.override"}
    | _models("stations", "station", "assignment", actions="view change add")
    | _models("accounts", "user", actions="view")
    | _models("reference", "region", actions="view")
    | _models("chasers", "chaserrule", actions="view")
    | _PENDING
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.ENTERPRISE: frozenset(
        {"intake.submit", "cases.answer", "cases.confirm", "enterprises.manage_own", "pool.apply"}
        | {"boards.keep", "imports.work", "labs.book"}
    ),
    Role.PROVIDER: frozenset({"delivery.work", "pool.apply", "labs.keep"}),
    Role.EXPERT: frozenset({"pool.apply", "pool.keep_own_profile", "boards.advise"}),
    Role.SPECIALIST: frozenset(
        {"intake.record", "triage.work", "routing.offer", "followup.record", "cases.read"}
        | {"boards.keep", "imports.work", "labs.override"}
    ),
    Role.TEAM_LEAD: frozenset(_LEAD),
    Role.CENTRE_LEAD: frozenset(_LEAD | {"centre.lead", "pool.sign"}),
    Role.CALLER: frozenset({"followup.record"}),
    Role.APPEALS_OFFICER: frozenset({"cases.read", "rectification.decide"}),
    Role.CURATOR: frozenset(
        {"pool.read", "pool.curate", "pool.sign", "imports.work"}
        | _models("accounts", "user", actions="view")
        | _models("reference", "region", "industry", actions="view")
        | _models("enterprises", "enterprise", actions="view")
        | _POOL
        | _CATALOGUE
        | _CLOCKS
        | _CHASERS
        | _ROUTING
        | _FOLLOW_UP_RULES
        | _BOARDS
        | _PENDING
        | _SCORES
        | _models("experts", "scorerule", actions="add")
        | _UNDELIVERED
    ),
    Role.AUDITOR: frozenset(
        {"cases.read", "pool.read", "boards.read"}
        | {permission for permission in _POOL | _CATALOGUE | _CLOCKS | _CHASERS if ".view_" in permission}
        | {permission for permission in _ROUTING | _BOARDS if ".view_" in permission}
        | _PENDING
        | _SCORES
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
        | _CHASERS
        | _models("routing", "ladderpolicy")
        | _UNDELIVERED
    ),
}
