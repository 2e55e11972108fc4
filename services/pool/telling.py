"""Who is told of which step of an application, a credential or a profile."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from experts.models import InstitutionMembership
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices import actions as notices
from portal.notices.actions import Recipient, Telling
from services.pool.models import Application, ApplicationEvent

Verb = ApplicationEvent.Verb

TO_APPLICANT = {
    Verb.SUBMITTED: "application_received",
    Verb.ASKED: "application_returned",
    Verb.ACCEPTED: "application_accepted",
    Verb.DECLINED: "application_declined",
}
TO_CURATORS = {
    Verb.SUBMITTED: "application_sent",
    Verb.ANSWERED: "application_answered",
    Verb.WITHDRAWN: "application_withdrawn",
}


def of_application(application: Application, line: ApplicationEvent, *, now: datetime) -> None:
    """Both sides, each in its own words; whoever took the step is not told of it, and nobody of a draft thrown away."""
    verb = Verb(line.verb)
    facts = {"name": application.name, "note": line.note}
    if application.due_at:
        facts["due_at"] = application.due_at.isoformat()
    tellings = []
    if verb in TO_APPLICANT and not application.entered:
        path = reverse("pool:application", args=[application.pk])
        tellings.append(_telling([application.applicant], TO_APPLICANT[verb], line, facts, path))
    if verb in TO_CURATORS and application.submitted_at:
        path = reverse("pool:screen", args=[application.pk])
        tellings.append(_telling(curators(), TO_CURATORS[verb], line, facts, path))
    notices.tell_all(tellings, now=now)


def _telling(users: Iterable[User], event: str, line: ApplicationEvent, facts: dict[str, str], path: str) -> Telling:
    recipients = [Recipient(user=user, language=user.language) for user in users]
    return Telling(recipients, event, f"application-{line.pk}-{event}", facts, path)


def curators() -> Iterable[User]:
    return User.objects.filter(role=Role.CURATOR, is_active=True)


def people_of(institutions: Iterable[int]) -> dict[int, list[Recipient]]:
    """Who acts for each institution, in one query."""
    rows = InstitutionMembership.objects.filter(institution__in=list(institutions), active=True, user__is_active=True)
    found: dict[int, list[Recipient]] = {}
    for row in rows.select_related("user").order_by("pk"):
        found.setdefault(row.institution_id, []).append(Recipient(user=row.user, language=row.user.language))
    return found
