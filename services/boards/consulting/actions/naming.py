"""Experts on a diagnosis: named by the desk, admitted when they have declared their interests."""

from datetime import datetime

from django.urls import reverse

from experts.models import Expert
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from portal.transactions import as_one
from services.boards.consulting import people
from services.boards.consulting.actions import door, judging
from services.boards.consulting.faults import CoachMayNotJudge, NotNow
from services.boards.consulting.models import Diagnosis, Naming


@as_one
def name(diagnosis: Diagnosis, expert: Expert, *, by: User, now: datetime) -> Naming:
    """Ask an expert to declare their interests and take part.

    :raises OnlyTheDesk: somebody else names.
    :raises CoachMayNotJudge: the expert, or a colleague, is judging an application of the enterprise.
    """
    people.check_desk(by)
    current = door.writable(diagnosis)
    judging.lock_firm(current.enterprise_id)
    if judging.judges_now(expert, current.enterprise_id):
        raise CoachMayNotJudge
    naming, made = Naming.objects.get_or_create(
        diagnosis=current, expert=expert, defaults={"named_by": by, "named_at": now}
    )
    if made:
        audit.record(by, "named", naming)
        _tell(naming, now=now)
    return naming


@as_one
def declare(naming: Naming, *, conflict: bool, interests: str, by: User, now: datetime) -> Naming:
    """What ties the expert to the enterprise. With a conflict they see nothing of the file.

    :raises NotNow: somebody else was named, or it was declared already.
    """
    current = Naming.objects.select_for_update().select_related("expert").get(pk=naming.pk)
    if current.expert.user_id != by.pk or current.declared_at:
        raise NotNow
    current.conflict, current.interests, current.declared_at = conflict, interests, now
    current.save(update_fields=["conflict", "interests", "declared_at"])
    audit.record(by, "declared", current, {"conflict": conflict})
    return current


def _tell(naming: Naming, *, now: datetime) -> None:
    user = naming.expert.user
    if user is None:
        return
    facts = {"firm": naming.diagnosis.enterprise.name, "visited_on": naming.diagnosis.visited_on.isoformat()}
    path = reverse("consulting:declare", args=[naming.pk])
    whom = [Recipient(user=user, language=user.language)]
    notices.tell(whom, "consulting_named", key=f"consulting-named-{naming.pk}", facts=facts, path=path, now=now)
