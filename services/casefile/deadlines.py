"""Why everything promised in a case is due when it is, for each reader the clocks that concern them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from services.cases.models import Case, Need, Referral
from services.cases.states import REFERRAL_WORDS_ENTERPRISE
from services.clocks import dials, wording
from services.clocks.dials import Why
from services.clocks.models import ClockSegment
from services.clocks.names import ClockName, Waiting, clock_name, waiting_for
from services.clocks.wording import Told

OF_THE_WORK = frozenset({ClockName.ANSWER, ClockName.PLAN, ClockName.DELIVERY, ClockName.CONFIRMATION})
OF_THE_CASE = frozenset({ClockName.FIRST_CONTACT, ClockName.TRIAGE, ClockName.SUPPLEMENT, ClockName.MATCHING})
SET_BY_THE_CENTRE = frozenset({Waiting.RETURNED, Waiting.ASKED_AGAIN})


@dataclass(frozen=True)
class Pause:
    """When a clock stood still, who said so and why."""

    since: datetime
    until: datetime | None
    reason: str
    who: str


@dataclass(frozen=True)
class Panel:
    """One clock: whose it is, how it stands, and every line of why."""

    why: Why
    name: str
    about: str
    told: Told
    lines: list[str]
    pauses: list[Pause]

    @property
    def anchor(self) -> str:
        current = self.why.dial.current
        return f"{current.subject_kind}-{current.subject_id}-{current.clock}"

    @property
    def state(self) -> str:
        dial = self.why.dial
        return "stopped" if dial.stopped_at else "paused" if dial.paused_since else "running"

    @property
    def elapsed(self) -> int:
        return self.why.dial.elapsed(self.why.now)

    @property
    def share(self) -> int:
        """The part of the promised time that is used up, in per cent; a hundred when it is more."""
        budget = self.why.dial.current.budget_minutes
        return min(100, self.elapsed * 100 // budget) if budget else 0

    @property
    def spent(self) -> str:
        return wording.spent(self.elapsed)


def cases(user: User) -> QuerySet[Case]:
    """The cases whose clocks somebody may read: their own, or those of which their institution was offered a need."""
    if user.role == Role.PROVIDER:
        return Case.objects.filter(pk__in=Referral.objects.visible_to(user).values("case"))
    return Case.objects.visible_to(user)


def panels(case: Case, user: User, *, now: datetime) -> list[Panel]:
    """The clocks of the case, its needs and referrals as far as they concern the reader, those that run first; four
    queries, however many there are.
    """
    referrals = Referral.objects.visible_to(user).filter(case=case).select_related("institution", "need__item")
    shown = {one.pk: one for one in referrals if user.role != Role.ENTERPRISE or one.state in REFERRAL_WORDS_ENTERPRISE}
    needs = {} if user.role == Role.PROVIDER else Need.objects.select_related("item").filter(case=case).in_bulk()
    subjects = [("referral", pk) for pk in shown] + [("need", pk) for pk in needs]
    if user.role != Role.PROVIDER:
        subjects.append(("case", case.pk))
    found = [_panel(why, user, needs, shown) for why in dials.why_all(subjects, now=now) if _concerns(why, user)]
    return sorted(found, key=lambda panel: panel.state == "stopped")


def _concerns(why: Why, user: User) -> bool:
    if user.role in READERS:
        return True
    return why.dial.clock in (OF_THE_WORK if user.role == Role.PROVIDER else OF_THE_WORK | OF_THE_CASE)


def _panel(why: Why, user: User, needs: dict[int, Need], referrals: dict[int, Referral]) -> Panel:
    current, staff = why.dial.current, user.role in READERS
    referral = referrals.get(current.subject_id) if current.subject_kind == "referral" else None
    need = referral.need if referral else needs.get(current.subject_id) if current.subject_kind == "need" else None
    named = (need.item.name if need else "", referral.institution.name if referral else "")
    return Panel(
        why=why,
        name=clock_name(current.clock),
        about=" · ".join(filter(None, named)),
        told=why.dial.told(why.now),
        lines=why.details() if staff else why.lines(),
        pauses=list(_pauses(why.dial.pauses, staff, referral)),
    )


def _pauses(rows: Iterable[ClockSegment], staff: bool, referral: Referral | None) -> Iterable[Pause]:
    """Outsiders read which side set the clock still, not which person."""
    for row in rows:
        side = referral.institution.name if referral and row.reason not in SET_BY_THE_CENTRE else _("Service centre")
        who = row.actor if staff and row.actor else side
        yield Pause(row.started_at, row.ended_at, waiting_for(row.reason), who)
