"""Who hears of what the ladder did: the specialist whose turn it is, the leads, the curators."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from services.cases import office_hours
from services.cases.models import Case, DeclineReason, Referral
from services.cases.states import ReferralState
from services.routing.matching import Match
from services.routing.models import LadderPolicy, LadderStep, Outcome, Reason
from services.stations.people import leads

FAILED = (ReferralState.DECLINED, ReferralState.EXPIRED)

GAP = ("need", "item_zh", "item_en", "failures", "shut_out")
"""What curators are told: they keep the pool and read no cases."""


def after(step: LadderStep, case: Case, match: Match, policy: LadderPolicy, *, now: datetime) -> None:
    """Owe the notices of one step, in its transaction (R22). They leave in the working hours of whoever reads them."""
    last = step.referral
    failures = Referral.objects.filter(need=last.need_id, state__in=FAILED).count()
    page = reverse("routing:need", args=[last.need_id])
    told: list[tuple[str, list[Recipient], str]] = []
    if step.outcome == Outcome.EXHAUSTED:
        pool = f"{reverse('admin:directory_capability_changelist')}?q={last.need.item_id}"
        told.append(("ladder_nobody_left", [*_whose_turn(case, last), *_leads(case)], page))
        told.append(("ladder_supply_gap", _curators(), pool))
    elif step.outcome == Outcome.HANDED_BACK:
        told.append(("ladder_handed_back", _whose_turn(case, last), page))
    if failures >= policy.alarm_after and step.outcome != Outcome.EXHAUSTED:
        told.append(("ladder_failures", _leads(case), page))
    facts = _facts(step, case, match, failures)
    for event, people, path in told:
        known = {name: facts[name] for name in GAP} if event == "ladder_supply_gap" else facts
        once = f"need-{last.need_id}" if event == "ladder_failures" else last.pk
        for send_at, some in office_hours.by_send_time(people, now=now).items():
            notices.tell(some, event, key=f"{event}-{once}", facts=known, path=path, now=now, send_at=send_at)


def _whose_turn(case: Case, last: Referral) -> list[Recipient]:
    people = {user.pk: user for user in (case.owner, last.handler) if user}
    return [Recipient(user=user) for user in people.values()]


def _leads(case: Case) -> list[Recipient]:
    return [Recipient(user=user) for user in leads(case.station)]


def _curators() -> list[Recipient]:
    return [Recipient(user=user) for user in User.objects.filter(role=Role.CURATOR, is_active=True)]


def _facts(step: LadderStep, case: Case, match: Match, failures: int) -> dict[str, str]:
    last, item = step.referral, step.referral.need.item
    institution = last.institution
    facts = {
        "number": case.number,
        "need": str(last.need_id),
        "item_zh": item.name_zh,
        "item_en": item.name_en,
        "institution_zh": institution.name_zh,
        "institution_en": institution.name_en or institution.name_zh,
        "ended": last.state,
        "note": last.reason,
        "failures": str(failures),
        "shut_out": str(len(match.excluded)),
    }
    if last.decline_reason:
        facts |= _both("decline", DeclineReason(last.decline_reason).label)
    if step.reason:
        facts |= _both("reason", Reason(step.reason).label)
    return facts


def _both(name: str, words: str | Promise) -> dict[str, str]:
    """The words in both languages; the reader's is taken when the notice is written."""
    said = {}
    for suffix, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            said[f"{name}_{suffix}"] = str(words)
    return said
