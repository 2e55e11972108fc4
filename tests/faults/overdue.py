"""A centre in which every promise of the portal is overdue, some of each kind: what a day without the schedule leaves.

Made through the real actions on earlier days. The centre of this world never closes, so that what waits for working
hours elsewhere happens here at any hour and on any day of the week.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from django.db.models import F

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases import actions as cases
from services.cases.models import Case, DeclineReason, Referral
from services.cases.states import ReferralState as R
from services.catalogue.models import ServiceItem
from services.chasers import loading as chasers
from services.clocks import loading as clocks
from services.clocks.models import CalendarDay, WorkCalendar
from services.clocks.reading import WEEKDAYS
from services.followup import actions as followup
from services.followup.models import FollowUp
from services.rectification import actions as rectification
from services.rectification import opening
from services.rectification.models import Rectification
from services.routing import loading as ladder
from services.routing.models import LadderPolicy
from services.triage import loading as warnings
from tests.factories import (
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_user,
    move_referral,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG = 45 * DAY
"""So long ago that every limit is over."""
LATELY = 6 * DAY
"""So long ago that a confirmed service is to be asked about once, and not yet a second time."""
OUT_OF_THE_WAY = 20_000
"""Places in the catalogue that nothing else has."""
AROUND_THE_CLOCK = [["00:00", "24:00"]]


class Overdue:
    """The people, the institutions and the makers of one overdue promise each."""

    def __init__(self, now: datetime) -> None:
        self.now, self.numbers = now, count(1)
        self.long, self.lately = LONG, LATELY
        for load in (clocks.load, ladder.load, chasers.load, warnings.load):
            load()
        never_closes()
        self.specialist = self.person(Role.SPECIALIST)
        self.caller, self.provider = self.person(Role.CALLER), self.person(Role.PROVIDER)
        for role in (Role.TEAM_LEAD, Role.CENTRE_LEAD, Role.CURATOR, Role.APPEALS_OFFICER):
            self.person(role)
        self.institutions = [make_institution(self.provider), make_institution(), make_institution()]
        self.free, self.by_hand, self.scarce = (self.item(number) for number in (3, 3, 1))
        LadderPolicy.objects.create(item=self.by_hand, urgency="", automatic=False)

    def person(self, role: str) -> User:
        return make_user(role, email=f"{role}-{next(self.numbers)}@overdue.example")

    def item(self, institutions: int) -> ServiceItem:
        made = make_item(order=OUT_OF_THE_WAY + next(self.numbers))
        for institution in self.institutions[:institutions]:
            make_capability(institution, made)
        return made

    def case(self, at: datetime) -> Case:
        owner = self.person(Role.ENTERPRISE)
        return make_case(enterprise=make_enterprise(owner), submitter=owner, now=at)

    def referral(self, state: str, at: datetime, item: ServiceItem | None = None) -> Referral:
        need = make_need(self.case(at), item or self.free, by=self.specialist, now=at)
        return make_referral(need, self.first, state=state, by=self.specialist, now=at)

    @property
    def first(self) -> Institution:
        return self.institutions[0]

    def unanswered(self) -> None:
        """Asked, and no answer in time: the next institution, a person, or nobody is left."""
        for item in (self.free, self.by_hand, self.scarce):
            self.referral(R.OFFERED, self.now - self.long, item)

    def declined(self) -> None:
        """Outside its scope, says the institution: the next is asked, and a curator looks at it."""
        referral = self.referral(R.OFFERED, self.now - DAY)
        move_referral(referral, R.DECLINED, by=self.provider, now=self.now - DAY)
        Referral.objects.filter(pk=referral.pk).update(decline_reason=DeclineReason.OUTSIDE_SCOPE)

    def untriaged(self) -> None:
        self.case(self.now - self.long)

    def returned(self) -> None:
        cases.ask(self.case(self.now - self.long), "哪个型号？", by=self.specialist, now=self.now - self.long)

    def dated(self) -> None:
        """Needed by a day on which law or contract insists, and nobody has taken it on."""
        item = self.item(0)
        item.deadline_question = "until"
        item.save(update_fields=["deadline_question"])
        need = make_need(self.case(self.now - DAY), item, by=self.specialist, now=self.now - DAY)
        need.answers = {"until": (self.now + DAY).date().isoformat()}
        need.save(update_fields=["answers"])

    def at_work(self) -> None:
        self.referral(R.ACCEPTED, self.now - self.long)

    def delivered(self) -> None:
        self.referral(R.DELIVERED, self.now - self.long)

    def unasked(self) -> None:
        self.referral(R.CONFIRMED, self.now - self.lately)

    def forgotten(self) -> None:
        """Confirmed so long ago that only the daily search finds it, and then twice."""
        self.referral(R.CONFIRMED, self.now - self.long)

    def unhappy(self) -> None:
        self._answered(2)

    def silent(self) -> None:
        """Put right, says the institution; the enterprise was asked and did not answer its link."""
        self._answered(1)
        opening.open_due(self.now - 20 * DAY)
        row = Rectification.objects.whole().latest("pk")
        row = rectification.call_back(
            row, by=self.caller, now=self.now - 19 * DAY, outcome="confirmed", text="请重新出具报告"
        )
        row = rectification.reply(
            row,
            by=self.provider,
            now=self.now - 18 * DAY,
            cause="样品登记错误",
            measures="已更换报告",
            done_on=(self.now - 18 * DAY).date(),
        )
        rectification.ask(row, by=self.caller, now=self.now - 17 * DAY)

    def to_settle(self) -> None:
        """Closed; its follow-ups ended before that was noticed."""
        referral = self.referral(R.CONFIRMED, self.now - 3 * DAY)
        rows = [
            FollowUp(referral=referral, case=referral.case, rule=rule, kind=kind, due_at=self.now)
            for rule, kind in (("first", "satisfaction"), ("second", "effect"))
        ]
        for row in rows:
            row.state, row.reason, row.completed_at = "waived", "企业已注销", self.now - DAY
        FollowUp.objects.bulk_create(rows)

    def _answered(self, grade: int) -> None:
        referral = self.referral(R.CONFIRMED, self.now - 28 * DAY)
        followup.plan(self.now - 25 * DAY)
        owed = FollowUp.objects.get(referral=referral, rule="first")
        followup.ask([owed.pk], now=self.now - 22 * DAY)
        followup.answer(owed, followup.Answer(grade=grade, comment="报告晚了"), source="link", now=self.now - 21 * DAY)


KINDS: tuple[Callable[[Overdue], None], ...] = (
    Overdue.silent,
    Overdue.unhappy,
    Overdue.unanswered,
    Overdue.declined,
    Overdue.untriaged,
    Overdue.returned,
    Overdue.dated,
    Overdue.at_work,
    Overdue.delivered,
    Overdue.unasked,
    Overdue.forgotten,
    Overdue.to_settle,
)
"""Answers first: to plan the one follow-up is to plan all that are owed by then."""


def build(now: datetime, *, each: int) -> Overdue:
    """So many of each kind."""
    world = Overdue(now)
    for make in KINDS:
        for _number in range(each):
            make(world)
    WorkCalendar.objects.update(
        version=F("version") + 1
    )  # a calendar was published: every clock counts by an older one
    return world


def never_closes() -> None:
    CalendarDay.objects.all().delete()
    WorkCalendar.objects.update(weekly=dict.fromkeys(WEEKDAYS, AROUND_THE_CLOCK))
