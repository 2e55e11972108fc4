"""Award applications: the list of criteria, and experts who coach or judge. Whoever coached may not judge, and the
reverse; people of one institution or group count as one.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q

from enterprises.models import Enterprise
from experts.models import Expert
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.transactions import as_one
from services.boards.consulting import people
from services.boards.consulting.faults import CoachMayNotJudge
from services.boards.consulting.models import AwardApplication, AwardPart, Criterion, CriterionAnswer, Naming
from services.boards.consulting.states import AwardState

LOOK_BACK = timedelta(days=730)
"""How long whoever advised an enterprise stands too near to judge it."""
UNDECIDED = [AwardState.PREPARING, AwardState.SUBMITTED]


@as_one
def take_part(
    application: AwardApplication, expert: Expert, part: str, *, by: User, now: datetime, today: date
) -> AwardPart:
    """Record that an expert coaches the applicant or judges the application.

    :raises OnlyTheDesk: somebody else records.
    :raises CoachMayNotJudge: they, or colleagues, are on the other side.
    """
    people.check_desk(by)
    lock_firm(application.enterprise_id)
    firm = application.enterprise_id
    if part == AwardPart.Part.JUDGE and (coached(expert, firm, today) or advised(expert, firm, now)):
        raise CoachMayNotJudge
    if part == AwardPart.Part.COACH and judges_now(expert, firm):
        raise CoachMayNotJudge
    row, made = AwardPart.objects.get_or_create(
        application=application, expert=expert, defaults={"part": part, "since": today, "recorded_by": by}
    )
    if row.part != part:
        raise CoachMayNotJudge
    if made:
        audit.record(by, "recorded", row, {"part": part})
    return row


def lock_firm(enterprise: int) -> None:
    """Who advises and who judges is decided one at a time for each enterprise."""
    Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise)


def coached(expert: Expert, enterprise: int, today: date) -> bool:
    """Whether the expert or a colleague coached an application of the enterprise within the look-back."""
    parts = AwardPart.objects.filter(part=AwardPart.Part.COACH, application__enterprise=enterprise)
    return parts.filter(_same(expert), since__gte=today - LOOK_BACK).exists()


def advised(expert: Expert, enterprise: int, now: datetime) -> bool:
    """Whether the expert or a colleague was named on a diagnosis of the enterprise within the look-back. Whoever then
    declared a conflict saw nothing and advised nobody.
    """
    namings = Naming.objects.filter(diagnosis__enterprise=enterprise, conflict=False, named_at__gte=now - LOOK_BACK)
    return namings.filter(_same(expert)).exists()


def judges_now(expert: Expert, enterprise: int) -> bool:
    """Whether the expert or a colleague judges an application of the enterprise that is not decided."""
    parts = AwardPart.objects.filter(part=AwardPart.Part.JUDGE, application__enterprise=enterprise)
    return parts.filter(_same(expert), application__state__in=UNDECIDED).exists()


def _same(expert: Expert) -> Q:
    """The expert, and whoever works for the same institution or one of its group."""
    same = Q(expert=expert)
    if expert.employer_id:
        same |= Q(expert__employer=expert.employer_id)
        if expert.employer and expert.employer.group_id:
            same |= Q(expert__employer__group=expert.employer.group_id)
    return same


@as_one
def answer(
    application: AwardApplication, said: Mapping[Criterion, tuple[bool, str]], *, by: User, now: datetime
) -> None:
    """Which criteria are ready, and where it is shown."""
    CriterionAnswer.objects.bulk_create(
        (
            CriterionAnswer(application=application, criterion=criterion, met=met, evidence=evidence, at=now)
            for criterion, (met, evidence) in said.items()
        ),
        update_conflicts=True,
        unique_fields=["application", "criterion"],
        update_fields=["met", "evidence", "at"],
    )
    audit.record(by, "answered", application, {"criteria": len(said)})
