"""Unhappy answers and what follows them, made the way the portal makes them, and some people around."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from experts.models import Rating
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from services.cases.models import Case, Referral
from services.cases.states import ReferralState
from services.clocks.models import ClockSegment
from services.followup.models import FollowUp, SurveyAnswer
from services.followup.states import FollowUpState, Kind
from services.rectification import actions, links, opening
from services.rectification.models import Rectification
from tests.factories import (
    NOW,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_rating,
    make_referral,
    make_user,
)

ANSWERED = NOW - timedelta(
    days=3
)  # Tuesday 17 November 2026, 10:00: in the past for the pages, which look at the clock
LATER = ANSWERED + timedelta(hours=5)
REPLY: dict[str, Any] = {"cause": "样品登记错误", "measures": "已重新检测并更换报告", "done_on": LATER.date()}


@dataclass
class Sides:
    """Who has to do with one service: enterprise, institution, desk; and a caller who has nothing to do with it."""

    owner: User
    provider: User
    handler: User
    caller: User
    lead: User
    referral: Referral

    @property
    def case(self) -> Case:
        return self.referral.case


def make_sides(**fields: Any) -> Sides:
    owner = make_user(email=f"owner-{User.objects.count()}@enterprise.example")
    provider, handler = make_user(Role.PROVIDER), make_user(Role.SPECIALIST)
    caller, lead = make_user(Role.CALLER), make_user(Role.TEAM_LEAD)
    case = make_case(enterprise=make_enterprise(owner), submitter=owner)
    need = make_need(case, by=handler)
    referral = make_referral(need, make_institution(provider), state=ReferralState.CONFIRMED, by=handler, **fields)
    return Sides(owner, provider, handler, caller, lead, referral)


def make_answer(sides: Sides, *, kind: str = Kind.SATISFACTION, now: datetime = ANSWERED, **said: Any) -> SurveyAnswer:
    """An answer to a follow-up that has ended, and the rating where it makes one."""
    said = {"grade": 1, "comment": "报告晚了两周", **said}
    follow_up = FollowUp.objects.create(
        referral=sides.referral,
        case=sides.case,
        rule="first" if kind == Kind.SATISFACTION else "second",
        kind=kind,
        state=FollowUpState.COMPLETED,
        due_at=now,
        completed_at=now,
    )
    if kind == Kind.SATISFACTION:
        solved = {"yes": True, "no": False}.get(said.get("solved", ""))
        make_rating(
            sides.referral.institution,
            grade=said["grade"],
            solved=solved,
            comment=said["comment"],
            referral_ref=sides.referral.pk,
            rated_at=now,
        )
    return SurveyAnswer.objects.create(follow_up=follow_up, source=Rating.Source.LINK, answered_at=now, **said)


def rating_of(sides: Sides) -> Rating:
    return Rating.objects.get(referral_ref=sides.referral.pk)


def make_opened(sides: Sides | None = None, *, now: datetime = ANSWERED, **said: Any) -> tuple[Sides, Rectification]:
    sides = sides or make_sides()
    answer = make_answer(sides, now=now, **said)
    opening.open_due(now)
    return sides, fresh(Rectification.objects.get(answer=answer))


def make_handed(**said: Any) -> tuple[Sides, Rectification]:
    sides, row = make_opened(**said)
    row = actions.call_back(row, by=sides.caller, now=LATER, outcome="confirmed", text="请重新出具报告", agreed=True)
    return sides, row


def make_replied(**said: Any) -> tuple[Sides, Rectification]:
    sides, row = make_handed(**said)
    return sides, actions.reply(row, by=sides.provider, now=LATER, **REPLY)


def make_asked(**said: Any) -> tuple[Sides, Rectification]:
    sides, row = make_replied(**said)
    return sides, actions.ask(row, by=sides.caller, now=LATER)


def make_unsettled(**said: Any) -> tuple[Sides, Rectification]:
    sides, row = make_replied(**said)
    row = actions.record_answer(row, by=sides.caller, now=LATER, verdict="again", said="还没好")
    row = actions.reply(row, by=sides.provider, now=LATER, **REPLY)
    return sides, actions.record_answer(
        row, by=sides.caller, now=LATER + timedelta(days=1), verdict="again", said="还没好"
    )


MAKERS: dict[str, Callable[[], tuple[Sides, Rectification]]] = {
    "opened": make_opened,
    "called_back": make_handed,
    "replied": make_replied,
    "re_asked": make_asked,
    "unsettled": make_unsettled,
}


def fresh(row: Rectification) -> Rectification:
    return Rectification.objects.whole().get(pk=row.pk)


def open_clocks(sides: Sides) -> list[tuple[str, str]]:
    """The clocks of the referral that are not stopped, each with whether it runs."""
    found = ClockSegment.objects.of("referral", sides.referral.pk, "").open()
    return list(found.order_by("clock").values_list("clock", "kind"))


def token_of(row: Rectification) -> str:
    """The token as the notice makes it."""
    notice = Notice.objects.filter(event="rectification_asked_enterprise").latest("pk")
    found = re.search(r"/s/([^/]+)/", links.path(notice.path.removeprefix("rectification:")))
    assert found
    return found[1]


def told(event: str) -> set[User | None]:
    return {notice.user for notice in Notice.objects.filter(event=event)}


def at_once(times: int, act: Callable[[int], Any]) -> list[str]:
    """What came of doing it in so many threads at the same moment."""
    barrier, outcomes = Barrier(times), []

    def run(number: int) -> None:
        try:
            barrier.wait()
            act(number)
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)
