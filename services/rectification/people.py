"""Who is told, and who may not act: nobody asks, verifies or decides about their own work."""

from enterprises.models import Membership
from experts.models import InstitutionMembership
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases.models import CaseEvent, Referral, Verb
from services.followup.models import FollowUp, FollowUpAttempt, SurveyAnswer
from services.rectification.faults import Involved, NotForStaff, NotTheInstitution, SomebodyElseCalls
from services.rectification.models import CallBack, Rectification, Round
from services.stations.models import Station
from services.stations.people import leads


def callers(station: Station) -> list[User]:
    """The visit desk of the station."""
    return _serving(station, Role.CALLER)


def officers(referral: Referral) -> list[User]:
    """Who may decide an appeal about this referral; where there is nobody, the leads see to it."""
    out = involved(referral)
    return [one for one in _serving(referral.case.station, Role.APPEALS_OFFICER) if one.pk not in out] or leads(
        referral.case.station
    )


def _serving(station: Station, role: Role) -> list[User]:
    people = User.objects.filter(role=role, is_active=True, assignments__station__in=station.line)
    return list(people.distinct().order_by("pk"))


def members(referral: Referral) -> list[User]:
    """The people of the institution."""
    acting = {"institution": referral.institution_id, "active": True}
    rows = InstitutionMembership.objects.filter(**acting, user__is_active=True).select_related("user")
    return [row.user for row in rows]


def is_member(referral: Referral, user: User) -> bool:
    return InstitutionMembership.objects.filter(institution=referral.institution_id, user=user, active=True).exists()


def handled(row: Rectification, user: User) -> bool:
    """Whether the person handled the case or works for the institution."""
    return not FollowUp.objects.filter(answer=row.answer_id).free_of(user).exists()


def check_caller(row: Rectification, user: User) -> None:
    """
    :raises SomebodyElseCalls: the person handled the case or works for the institution.
    """
    if handled(row, user):
        raise SomebodyElseCalls


def check_member(referral: Referral, user: User) -> None:
    """
    :raises NotTheInstitution: the person does not act for the institution.
    """
    if not is_member(referral, user):
        raise NotTheInstitution


def check_enterprise(row: Rectification, user: User) -> None:
    """
    :raises NotForStaff: the person works here or for the institution.
    """
    if user.works_here or is_member(row.referral, user):
        raise NotForStaff


def check_judge(referral: Referral, user: User) -> None:
    """
    :raises Involved: the person had to do with the case or belongs to one of its sides.
    """
    if user.pk in involved(referral):
        raise Involved


def involved(referral: Referral) -> set[int | None]:
    """Who had a hand in the case: contact person, handler, whoever took a step of it, called, asked, verified or
    decided about it, and the people of both sides.
    """
    case, mine = referral.case, {"rectification__referral": referral}
    both_sides = [
        InstitutionMembership.objects.filter(institution=referral.institution_id, active=True).values_list("user"),
        Membership.objects.filter(enterprise=case.enterprise_id).values_list("user"),
    ]
    hands = [
        CaseEvent.objects.filter(case=case, person__isnull=False)
        .exclude(verb=Verb.APPEAL_DECIDED)
        .values_list("person"),
        FollowUpAttempt.objects.filter(follow_up__referral=referral).values_list("by"),
        SurveyAnswer.objects.filter(follow_up__referral=referral).values_list("by"),
        CallBack.objects.filter(**mine).values_list("by"),
        Round.objects.filter(**mine).values_list("opened_by"),
        Round.objects.filter(**mine).values_list("judged_by"),
        Rectification.objects.filter(referral=referral).values_list("closed_by"),
    ]
    first, *others = [*both_sides, *hands]
    return {case.owner_id, referral.handler_id, case.submitter_id} | {pk for (pk,) in first.union(*others)}
