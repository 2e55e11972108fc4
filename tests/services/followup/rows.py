"""Follow-ups for tests, made the way the portal makes them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from django.db import connection
from django.db.models import Model

from portal.accounts.models import User
from portal.notices.models import Notice
from services.cases.models import Case, Need, Referral
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


def make_many_confirmed(number: int) -> None:
    """Copies of one confirmed referral, case and need with them."""
    referral = make_confirmed(now=NOW)
    cases = _copies(referral.case, [{"number": f"QS-20261120-9{at:05}"} for at in range(1, number)])
    needs = _copies(referral.need, [{"case_id": case.pk} for case in cases])
    _copies(referral, [{"case_id": need.case_id, "need_id": need.pk} for need in needs])
    analyse(Case, Need, Referral)


def analyse(*models: type[Model]) -> None:
    """What the database does by itself in a while: without it, thousands of new rows are planned for as if none."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _copies(row: Any, changes: list[dict[str, Any]]) -> list[Any]:
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}
    rows = [type(row)(**{**columns, **change}) for change in changes]
    return type(row).objects.bulk_create(rows, batch_size=2000)


def make_planned(*, rule: str = "first", **fields: Any) -> FollowUp:
    referral = make_confirmed(**fields)
    actions.plan(NOW)
    rows = FollowUp.objects.select_related("referral__handler", "case__owner", "case__submitter")
    return rows.get(referral=referral, rule=rule)


def make_asked(now: datetime = LATER, **fields: Any) -> FollowUp:
    """A follow-up whose link has been sent."""
    row = make_planned(**fields)
    actions.ask((row.pk,), now=now)
    row.refresh_from_db()
    return row


def token_of(row: FollowUp) -> str:
    """The token as the notice of the follow-up makes it."""
    notice = Notice.objects.get(key__startswith=f"followup-{row.pk}:")
    found = re.search(r"/s/([^/]+)/", links.path(notice.path.removeprefix("survey:")))
    assert found
    return found[1]


def at_once(number: int, act: Callable[[int], Any]) -> list[str]:
    """What became of the same act in several threads at the same moment."""
    barrier, outcomes = Barrier(number), []

    def run(which: int) -> None:
        barrier.wait()
        try:
            act(which)
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
