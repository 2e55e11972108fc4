"""Before a scenario, not measured: a page of cases waits, who may accept is found, what was delivered asked about."""

from datetime import datetime
from itertools import cycle, islice

from django.utils import timezone

from benchmarks.load import people
from benchmarks.load.world import World
from enterprises.models import Enterprise
from portal import paging
from portal.accounts.models import User
from services.cases.actions import Contact
from services.cases.models import Case, Referral
from services.cases.states import CaseState
from services.delivery import actions as delivery
from services.followup import actions as followup
from services.followup.models import FollowUp
from services.followup.states import FollowUpState, Kind
from services.intake import actions as intake
from services.intake.actions import Said

MOST_ASKED = 150
CONTACT = Contact("Bench", phone="13800001234")


def prepare(name: str, world: World) -> None:
    if name == "queue":
        fill_the_queue(world, now=timezone.now())
    elif name == "accept":
        let_providers_in(world, now=timezone.now())
    elif name == "survey":
        ask(world, now=timezone.now())


def fill_the_queue(world: World, *, now: datetime) -> None:
    """At every scale a page is full: a small nation has few that wait."""
    missing = paging.SIZE - Case.objects.filter(state=CaseState.SUBMITTED).count()
    users = User.objects.in_bulk([one.user for one in world.firms])
    for one, text in islice(zip(cycle(world.firms), cycle(world.subjects.texts), strict=False), max(missing, 0)):
        firm = Enterprise.objects.get(pk=one.place)
        intake.submit(Said(text), by=users[one.user], contact=CONTACT, now=now, enterprise=firm)


def let_providers_in(world: World, *, now: datetime) -> None:
    """Each offer gets a person of the institution it was made to."""
    rows = dict(Referral.objects.filter(pk__in=list(world.offered)).values_list("pk", "institution"))
    new = sorted(set(rows.values()) - world.providers.keys())
    world.providers |= people.providers(new, now=now)
    world.offered_to.extend((pk, world.providers[rows[pk]]) for pk in world.offered)
    world.offered.clear()


def ask(world: World, *, now: datetime) -> None:
    """The enterprise confirms, and is asked how it was."""
    keys = [world.delivered.popleft() for _each in range(min(MOST_ASKED, len(world.delivered)))]
    by_user = {one.user: one for one in world.firms}
    users = User.objects.in_bulk(list(by_user))
    rows = Referral.objects.filter(pk__in=keys, case__submitter__in=users).select_related("case", "need")
    for row in rows:
        delivery.confirm(row, by=users[row.case.submitter_id], now=now)
    followup.plan(now, since=now)
    owed = FollowUp.objects.filter(referral__in=keys, state=FollowUpState.SCHEDULED, kind=Kind.SATISFACTION)
    followup.ask(list(owed.values_list("pk", flat=True)), now=now)
    asked = FollowUp.objects.filter(referral__in=keys, state=FollowUpState.DUE, kind=Kind.SATISFACTION)
    world.asked.extend((pk, by_user[user]) for pk, user in asked.values_list("pk", "case__submitter"))
