"""Who the audiences of many promises are, in a handful of queries however many promises there are."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from enterprises.models import Membership
from experts.models import InstitutionMembership
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.actions import Recipient
from services.cases.models import Case
from services.chasers import audiences
from services.chasers.audiences import Audience
from services.chasers.models import ChaserRule
from services.chasers.subjects import Subject
from services.stations.models import Assignment, Station

ROLES: dict[str, Role] = {
    Audience.DESK: Role.SPECIALIST,
    Audience.CALLER: Role.CALLER,
    Audience.APPEALS_OFFICER: Role.APPEALS_OFFICER,
    Audience.TEAM_LEAD: Role.TEAM_LEAD,
    Audience.CENTRE_LEAD: Role.CENTRE_LEAD,
}
"""Audiences that work at stations."""


@dataclass(frozen=True)
class Reached:
    """Whom a rule is meant for, and who is told: the same, or the next level that has anybody, or nobody ("")."""

    meant_for: Audience
    audience: str
    recipients: tuple[Recipient, ...]


class People:
    """Everybody who may be told about some promises; each group is fetched once, when it is first asked for. Whoever is
    not active is not among them.
    """

    def __init__(self, subjects: list[Subject]) -> None:
        self._subjects = subjects

    def reached_by(self, rule: ChaserRule, subject: Subject) -> Reached:
        """Who is told, at the first level that has anybody."""
        meant = audiences.holder(rule.clock) if rule.audience == Audience.HOLDER else Audience(rule.audience)
        for audience in audiences.levels(meant):
            if recipients := self._recipients(audience, subject):
                return Reached(meant, audience, tuple(recipients))
        return Reached(meant, "", ())

    def _recipients(self, audience: Audience, subject: Subject) -> list[Recipient]:
        if audience == Audience.ENTERPRISE:
            return self._enterprise(subject.case)
        return [Recipient(user=user) for user in self._users(audience, subject)]

    def _users(self, audience: Audience, subject: Subject) -> list[User]:
        if audience == Audience.PROVIDER:
            return self._members.get(subject.referral.institution_id, []) if subject.referral else []
        if audience == Audience.CURATOR:
            return self._curators
        if audience == Audience.DESK and (person := _contact_person(subject)):
            return [person]
        return self._nearest(ROLES[audience], subject)

    def _enterprise(self, case: Case | None) -> list[Recipient]:
        """Whoever sent the case and the enterprise's people; where nobody has an account, the contact that was left."""
        if case is None:
            return []
        people = {user.pk: user for user in self._companions.get(case.enterprise_id or 0, ())}
        if case.submitter and case.submitter.is_active:
            people[case.submitter.pk] = case.submitter
        if not people and case.submitter is None and (case.contact_email or case.contact_phone):
            return [Recipient(email=case.contact_email, phone=case.contact_phone)]
        return [Recipient(user=user) for user in people.values()]

    def _nearest(self, role: str, subject: Subject) -> list[User]:
        """Those of the role at the station of the case, or at the nearest one above it that has any."""
        line = reversed(subject.case.station.line) if subject.case else self._centres
        return next((self._staff[station, role] for station in line if (station, role) in self._staff), [])

    @cached_property
    def _staff(self) -> dict[tuple[int, str], list[User]]:
        """By station and role, for the stations of the subjects and all above them."""
        stations = {station for one in self._subjects for station in (one.case.station.line if one.case else ())}
        if any(one.case is None for one in self._subjects):
            stations |= set(self._centres)
        rows = Assignment.objects.filter(station__in=stations, user__is_active=True, user__role__in=ROLES.values())
        grouped = defaultdict(list)
        for row in rows.select_related("user").order_by("pk"):
            grouped[row.station_id, row.user.role].append(row.user)
        return grouped

    @cached_property
    def _members(self) -> dict[int, list[User]]:
        """The people of the institutions."""
        ids = {one.referral.institution_id for one in self._subjects if one.referral}
        rows = InstitutionMembership.objects.filter(institution__in=ids, active=True, user__is_active=True)
        grouped = defaultdict(list)
        for row in rows.select_related("user").order_by("pk"):
            grouped[row.institution_id].append(row.user)
        return grouped

    @cached_property
    def _companions(self) -> dict[int, list[User]]:
        """The people of the enterprises."""
        ids = {one.case.enterprise_id for one in self._subjects if one.case and one.case.enterprise_id}
        rows = Membership.objects.filter(enterprise__in=ids, state=Membership.State.ACTIVE, user__is_active=True)
        grouped = defaultdict(list)
        for row in rows.select_related("user").order_by("pk"):
            grouped[row.enterprise_id].append(row.user)
        return grouped

    @cached_property
    def _curators(self) -> list[User]:
        return list(User.objects.filter(role=Role.CURATOR, is_active=True).order_by("pk"))

    @cached_property
    def _centres(self) -> list[int]:
        """Where what belongs to no case belongs."""
        return list(Station.objects.filter(parent=None, active=True).order_by("pk").values_list("pk", flat=True))


def _contact_person(subject: Subject) -> User | None:
    """Whoever owns the case, else whoever made the offer."""
    handler = subject.referral.handler if subject.referral else None
    owner = subject.case.owner if subject.case else None
    return next((one for one in (owner, handler) if one and one.is_active and one.is_desk), None)
