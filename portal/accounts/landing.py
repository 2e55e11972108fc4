"""Where people are taken after signing in: to what they wanted, else to the work of their role."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from portal.accounts.models import User
from portal.accounts.roles import Role

WORK = {
    Role.ENTERPRISE: "casefile:list",
    Role.PROVIDER: "delivery:desk",
    Role.EXPERT: "lobby:home",
    Role.SPECIALIST: "triage:queue",
    Role.TEAM_LEAD: "triage:queue",
    Role.CENTRE_LEAD: "triage:queue",
    Role.CALLER: "followup:list",
    Role.APPEALS_OFFICER: "casefile:list",
    Role.CURATOR: "pool:review",
    Role.AUDITOR: "casefile:list",
    Role.ADMINISTRATOR: "admin:index",
}


def work_of(user: User) -> str:
    return reverse(WORK[Role(user.role)])


def wanted(request: HttpRequest, path: str | None) -> str:
    """`path` when it leads to a page of ours, else ""."""
    ours = url_has_allowed_host_and_scheme(path, {request.get_host()}, require_https=request.is_secure())
    return path if path and ours else ""
