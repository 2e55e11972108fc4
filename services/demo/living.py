"""What has happened at the demo centre: cases led through the real actions on earlier days, and some that wait at the
desk.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from enterprises.models import Enterprise
from experts.models import Institution
from portal.accounts.models import User
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actions import Contact, NewNeed
from services.cases.actors import Actor
from services.cases.models import Case, Channel, Referral
from services.catalogue.models import ServiceItem
from services.delivery import actions as delivery
from services.delivery.actions import NewResult
from services.demo.building import CENTRE
from services.followup import actions as followup
from services.followup.models import FollowUp, FollowUpAttempt
from services.routing import actions as routing
from services.stations.models import online_station

DAY = timedelta(days=1)


@as_one
def live(people: dict[str, User], *, now: datetime) -> int:
    """Fill an empty centre; the number of cases made, 0 where there are cases already."""
    if Case.objects.filter(station=online_station()).exists():
        return 0
    firms = {row["key"]: Enterprise.objects.get(uscc=row["uscc"]) for row in CENTRE["enterprises"]}
    names = {row["key"]: row["name_zh"] for row in CENTRE["institutions"]}
    for row in CENTRE["history"]:
        institution = Institution.objects.get(name_zh=names[row["institution"]])
        referral = _served(row, firms[row["enterprise"]], institution, people, begun=now - row["days_ago"] * DAY)
        _looked_back(row, referral, by=people["caller"], now=now)
    for row in CENTRE["waiting"]:
        sent = now - timedelta(hours=row["hours_ago"])
        _sent(row, firms[row["enterprise"]], now=sent)
    return len(CENTRE["history"]) + len(CENTRE["waiting"])


def _sent(row: dict[str, Any], firm: Enterprise, *, now: datetime) -> Case:
    submitter = _speaker(firm)
    return cases.open(
        text=row["text"],
        product=row["product"],
        contact=Contact(name=submitter.name),
        channel=Channel.WEB,
        station=online_station(),
        submitter=submitter,
        enterprise=firm,
        now=now,
    )


def _speaker(firm: Enterprise) -> User:
    return firm.memberships.select_related("user").earliest("id").user


def _served(
    row: dict[str, Any], firm: Enterprise, institution: Institution, people: dict[str, User], *, begun: datetime
) -> Referral:
    """One case from the first word to the answer that makes the rating."""
    specialist, provider = people["specialist"], people["provider"]
    case = _sent(row, firm, now=begun)
    item = ServiceItem.objects.get(pk=row["item"])
    (need,) = cases.triage(
        case,
        [NewNeed(item, description=row["text"])],
        by=Actor.of(specialist),
        now=begun + timedelta(hours=4),
        urgency="normal",
        version=None,
    )
    referral = _offered(need, institution, by=specialist, now=begun + timedelta(hours=5))
    delivery.accept(referral, by=provider, now=begun + DAY)
    delivery.progress(referral, by=provider, now=begun + 2 * DAY, note="已安排人员，按计划进行。")
    done = begun + 7 * DAY
    result = NewResult(
        kind=row["kind"],
        issued_on=timezone.localdate(done),
        number=f"DEMO-{case.number[-5:]}",
        summary=row["summary"],
    )
    delivery.deliver(_fresh(referral), [result], by=provider, now=done)
    delivery.confirm(_fresh(referral), by=_speaker(firm), now=done + DAY)
    _rated(row, referral, by=people["caller"], now=done + 6 * DAY)
    return referral


def _offered(need: Any, institution: Institution, *, by: User, now: datetime) -> Referral:
    """Through the real match; a reason is given because the demo story names the institution."""
    return routing.offer(need, institution, by=by, now=now, reason="演示：企业指定该机构")


def _rated(row: dict[str, Any], referral: Referral, *, by: User, now: datetime) -> None:
    followup.plan(now)
    owed = FollowUp.objects.get(referral=referral, rule="first")
    said = followup.Answer(grade=row["grade"], solved="yes", comment=row["comment"])
    _called(owed, said, by=by, now=max(now, owed.due_at))


def _looked_back(row: dict[str, Any], referral: Referral, *, by: User, now: datetime) -> None:
    """The later question too, where its day has come; a case without that answer stays closed until it is asked."""
    for owed in FollowUp.objects.filter(referral=referral, rule="second", due_at__lte=now):
        _called(owed, followup.Answer(grade=row["grade"], solved="yes"), by=by, now=owed.due_at)


def _called(owed: FollowUp, said: followup.Answer, *, by: User, now: datetime) -> None:
    followup.ask([owed.pk], now=now)
    followup.record_call(owed, by=by, outcome=FollowUpAttempt.Outcome.ANSWERED, said=said, now=now)


def _fresh(referral: Referral) -> Referral:
    return Referral.objects.select_related("need__item", "case", "institution", "handler").get(pk=referral.pk)
