"""Follow-ups for tests, made the way the portal makes them."""

import re
from datetime import datetime, timedelta
from typing import Any

from portal.accounts.models import User
from portal.notices.models import Notice
from services.cases.models import Referral
from services.cases.states import ReferralState
from services.followup import actions, links
from services.followup.models import FollowUp
from tests.factories import NOW, make_case, make_enterprise, make_need, make_referral, make_user

LATER = NOW + timedelta(days=10)


def make_confirmed(*, owner: User | None = None, now: datetime = NOW, **columns: Any) -> Referral:
    """A confirmed referral of an enterprise with one person."""
    owner = owner or make_user(email=f"owner-{User.objects.count()}@enterprise.example")
    enterprise = owner.memberships.first()
    case = make_case(
        enterprise=enterprise.enterprise if enterprise else make_enterprise(owner), submitter=owner, now=now
    )
    return make_referral(make_need(case, now=now), state=ReferralState.CONFIRMED, now=now, **columns)


def make_planned(**fields: Any) -> FollowUp:
    referral = make_confirmed(**fields)
    actions.plan(NOW)
    return FollowUp.objects.select_related("referral__handler", "case__owner", "case__submitter").get(referral=referral)


def make_asked(now: datetime = LATER, **fields: Any) -> FollowUp:
    """A follow-up whose link has been sent."""
    row = make_planned(**fields)
    actions.ask((row.pk,), now=now)
    row.refresh_from_db()
    return row


def token_of(row: FollowUp) -> str:
    """The token as the notice of the follow-up makes it."""
    notice = Notice.objects.get(event="followup_enterprise", key__startswith=f"followup-{row.pk}.")
    found = re.search(r"/s/([^/]+)/", links.path(notice.path.removeprefix("survey:")))
    assert found
    return found[1]
