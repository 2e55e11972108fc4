"""Plan what is to be asked, and ask it. Everything is found by its row, so either may run twice, late, or be killed."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from experts import actions as experts
from portal.accounts.models import digest
from portal.notices import actions as notices
from portal.notices import sms
from portal.notices.actions import Recipient, Telling
from portal.transactions import as_one
from services.cases.models import Case, Referral
from services.cases.states import ReferralState
from services.followup import links, loading, reckoning
from services.followup.models import FollowUp, FollowUpAttempt, FollowUpRule
from services.followup.states import FollowUpState, Kind

logger = logging.getLogger(__name__)

Channel, Outcome = FollowUpAttempt.Channel, FollowUpAttempt.Outcome
LINK_OPEN = timedelta(days=14)
PLANNED_AT_ONCE, ASKED_AT_ONCE = 1000, 500
MOST_ASKED_IN_A_RUN = 20_000
STORE_ASKED = """
UPDATE followup_followup AS row
SET state = asked.state, token_digest = asked.digest, closes_at = asked.closes_at, call_at = asked.call_at
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
    AS asked (id, state, digest, closes_at, call_at)
WHERE row.id = asked.id
"""


def plan(now: datetime, *, since: datetime | None = None) -> int:
    """Owe the follow-ups of every confirmed referral, automatic confirmations included. May run twice.

    The two that are for everybody are there even where nobody loaded them or somebody deleted them.

    :param since: look only at referrals confirmed since then; without it at all, so that a missed run misses nobody.
    """
    loading.load()
    return sum(_plan(rule, since) for rule in FollowUpRule.objects.active().order_by("pk"))


def _plan(rule: FollowUpRule, since: datetime | None) -> int:
    scope = {
        "state": ReferralState.CONFIRMED,
        "need__board": rule.board_id,
        "need__item": rule.item_id,
        "confirmed_at__gte": max(filter(None, (since, rule.applies_from)), default=None),
    }
    planned = FollowUp.objects.filter(referral=OuterRef("pk"), rule=rule.code)
    owed = Referral.objects.filter(~Exists(planned), **{name: value for name, value in scope.items() if value})
    columns = ("pk", "case", "confirmed_at", "need__board", "need__item", "need__urgency")
    due, made, last = reckoning.due_after(rule.clock), 0, 0
    while rows := list(owed.filter(pk__gt=last).order_by("pk").values_list(*columns)[:PLANNED_AT_ONCE]):
        FollowUp.objects.bulk_create(
            [
                FollowUp(referral_id=pk, case_id=case, rule=rule.code, kind=rule.kind, due_at=due(*confirmed))
                for pk, case, *confirmed in rows
            ],
            ignore_conflicts=True,
        )
        made, last = made + len(rows), rows[-1][0]
    return made


def send_due(now: datetime, *, limit: int = MOST_ASKED_IN_A_RUN) -> int:
    """Ask where it is time, while the centre is open: nobody is woken by a survey."""
    if not reckoning.opening().is_open(now):
        return 0
    keys = list(FollowUp.objects.due_to_ask(now).order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(_ask_some(keys[at : at + ASKED_AT_ONCE], now) for at in range(0, len(keys), ASKED_AT_ONCE))


def _ask_some(keys: Sequence[int], now: datetime) -> int:
    """A batch at once; where one of it fails, each by itself, so that one that fails holds up nobody."""
    try:
        return ask(keys, now=now)
    except Exception:
        if len(keys) > 1:
            return sum(_ask_some([key], now) for key in keys)
        logger.exception("Follow-up %s could not be asked; it stays due", keys[0])
        return 0


@as_one
def ask(keys: Sequence[int], *, now: datetime) -> int:
    """Send the links of planned follow-ups; how many were still to do: another worker may hold or have done some."""
    joined = ("case__submitter", "referral__need__item", "referral__institution")
    due = FollowUp.objects.filter(pk__in=keys, state=FollowUpState.SCHEDULED).select_related(*joined)
    rows = list(due.defer("case__search").select_for_update(of=("self",), skip_locked=True))
    people = {row.pk: who(row.case) for row in rows}
    closes_at = now + LINK_OPEN
    call_at = reckoning.opening().next_open(closes_at)
    for row in rows:
        row.state, row.token_digest = FollowUpState.DUE, digest(links.token(str(row.pk)))
        row.closes_at, row.call_at = closes_at, call_at if people[row.pk] else now
    _store_asked(rows)
    FollowUpAttempt.objects.bulk_create(
        FollowUpAttempt(
            follow_up=row, channel=Channel.LINK, outcome=Outcome.SENT if people[row.pk] else Outcome.NOBODY, at=now
        )
        for row in rows
    )
    experts.record_askings(
        ((row.referral.institution_id, row.referral.need.board_id, row.referral_id) for row in rows if row.rates),
        now=now,
    )
    notices.tell_all((_telling(row, person) for row in rows if (person := people[row.pk])), now=now)
    return len(rows)


def _store_asked(rows: Sequence[FollowUp]) -> None:
    """One statement for a batch; ``bulk_update`` would write a CASE of hundreds of branches for each column."""
    columns = [(row.pk, row.state, row.token_digest, row.closes_at, row.call_at) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(STORE_ASKED, [list(column) for column in zip(*columns, strict=True)] or [[]] * 5)


def who(case: Case) -> Recipient | None:
    """One person, the one who asked: one survey is not for several people. Nobody where a phone is all there is and no
    short message reaches it: they are called.
    """
    user, texts = case.submitter, sms.reaches_phones()
    if user and user.is_active and (texts or user.email or not user.phone or user.has_usable_password()):
        return Recipient(user=user)
    phone = case.contact_phone if texts else ""
    return Recipient(email=case.contact_email, phone=phone) if case.contact_email or phone else None


def _telling(row: FollowUp, person: Recipient) -> Telling:
    event = "followup_enterprise" if row.kind == Kind.SATISFACTION else "followup_effect_enterprise"
    path = links.notice_path(str(row.pk))
    return Telling([person], event, f"followup-{row.pk}", facts(row), path)


def facts(row: FollowUp) -> dict[str, str]:
    """What the words of a notice about a follow-up need."""
    closes_at = row.closes_at.isoformat() if row.closes_at else ""
    return {"number": row.case.number, **service(row.referral), "closes_at": closes_at}


def service(referral: Referral) -> dict[str, str]:
    """What was done, and by whom, in both languages."""
    item, institution = referral.need.item, referral.institution
    return {
        "item_zh": item.name_zh,
        "item_en": item.name_en,
        "institution_zh": institution.name_zh,
        "institution_en": institution.name_en or institution.name_zh,
    }
