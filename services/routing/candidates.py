"""The facts of a need and of everybody who might take it on: the same few queries however many they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Avg, Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from experts import scores
from experts.models import Credential, CredentialType, Institution
from experts.scores import Score
from services.cases.models import Case, Need, Referral
from services.cases.states import REFERRAL_LIVE, ReferralState
from services.catalogue.models import ServiceItem
from services.clocks.models import ClockSegment
from services.directory.models import Capability, Relationship
from services.directory.qualification import requirement
from services.routing.facts import Candidate, Held, NeedFacts, Rated, Record, Tie

R = ReferralState
RECENT = timedelta(days=365)
NOT_AGAIN = frozenset({R.DECLINED, R.EXPIRED, R.ABANDONED, R.CANCELLED, R.UNRESOLVED})
TIE_OF_ROLE = {
    "consult": "consulted",
    "certify": "certified",
    "appraise": "certified",
    "test": "tested",
    "retest": "tested",
}
YES, NO = "yes", "no"


def facts_of(need: Need) -> NeedFacts:
    """What is known of the need. One query, for the names of the credentials, where any are asked for."""
    item, answers, enterprise = need.item, need.answers, need.case.enterprise
    needed = requirement(item, answers)
    kinds = CredentialType.objects.in_bulk(needed.codes) if needed.codes else {}
    asked = [rule["when"]["question"] for rule in item.credential_rules]
    unanswered = tuple(key for key in dict.fromkeys(asked) if answers.get(key) in (None, "", []))
    return NeedFacts(
        need=need.pk,
        item=item.pk,
        board=need.board_id,
        requirement=needed,
        designated_only=item.designated_only,
        promised_days=item.promised_working_days,
        region=(enterprise.region_id or "") if enterprise else "",
        needed_on=need.promised_on,
        consultant_used={YES: True, NO: False}.get(str(answers.get("consultant_used"))),
        consultant=_text(answers, "consultant_name"),
        first_test_body=_text(answers, "first_test_body"),
        unanswered=unanswered,
        names={code: (kind.name_zh, kind.name_en) for code, kind in kinds.items()} | _labels(item, unanswered),
    )


def gather(need: Need, facts: NeedFacts, *, now: datetime) -> list[Candidate]:
    """Every institution that holds the capability, approved or not; the centre's own desk answers, it is not chosen."""
    rows = list(_capabilities(facts))
    ids = [row.institution_id for row in rows]
    today = timezone.localdate(now)
    statistics = _statistics(ids, facts.board, now=now)
    asked = {pk: row["confirmed"] for pk, row in statistics.items()}
    rated = scores.load(ids, board=facts.board, now=now, asked=asked, asked_since=now - RECENT)
    history = _History(list(_past(need)), _ties(need.case, today), need, today=today)
    return [_candidate(row, statistics.get(row.institution_id, {}), rated[row.institution_id], history) for row in rows]


def _capabilities(facts: NeedFacts) -> QuerySet[Capability]:
    served = Capability.regions.through.objects.filter(capability=OuterRef("pk")).values("region_id")
    held = Credential.objects.filter(
        institution=OuterRef("institution"), type__in=[*facts.requirement.codes, ""]
    ).values(data=JSONObject(id="id", type="type_id", state="state", valid_from="valid_from", valid_to="valid_to"))
    kin = (
        Institution.objects.filter(group=OuterRef("institution__group"))
        .exclude(pk=OuterRef("institution"))
        .values(data=JSONObject(zh="name_zh", en="name_en"))
    )
    return (
        Capability.objects.filter(item=facts.item)
        .exclude(institution__kind=Institution.Kind.CENTRE)
        .select_related("institution")
        .annotate(served=ArraySubquery(served), held=ArraySubquery(held), kin=ArraySubquery(kin))
        .order_by("institution_id")
    )


def _statistics(institutions: list[int], board: str, *, now: datetime) -> dict[int, dict[str, Any]]:
    """Twelve months of referrals per institution."""
    today = timezone.localtime(now)
    monday = (today - timedelta(days=today.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    kept_promise = ClockSegment.objects.filter(
        subject_kind=ClockSegment.Subject.REFERRAL,
        subject_id=OuterRef("pk"),
        clock="delivery",
        kind=ClockSegment.Kind.RUN,
        ended_at=OuterRef("delivered_at"),
        due_at__gte=F("ended_at"),
    )
    rows = (
        Referral.objects.filter(institution__in=institutions, offered_at__gte=now - RECENT)
        .values("institution")
        .annotate(
            offered=Count("pk", filter=~Q(state__in=[R.OFFERED, R.RECALLED])),
            accepted=Count("pk", filter=Q(accepted_at__isnull=False)),
            answered_in=Avg(F("accepted_at") - F("offered_at")),
            delivered=Count("pk", filter=Q(delivered_at__isnull=False)),
            on_time=Count("pk", filter=Exists(kept_promise)),
            confirmed=Count("pk", filter=Q(state=R.CONFIRMED, need__board=board)),
            live=Count("pk", filter=Q(state__in=REFERRAL_LIVE - {R.OFFERED})),
            this_week=Count("pk", filter=Q(state__in=REFERRAL_LIVE, accepted_at__gte=monday)),
        )
    )
    return {row["institution"]: dict(row) for row in rows}


def _past(need: Need) -> QuerySet[Referral]:
    """What this enterprise (or, without one, this person) was offered and had done, whoever did it."""
    case = need.case
    if case.enterprise_id:
        theirs = Q(case__enterprise=case.enterprise_id)
    elif case.submitter_id:
        theirs = Q(case__submitter=case.submitter_id)
    else:
        theirs = Q(case=case.pk)
    return (
        Referral.objects.filter(theirs, Q(accepted_at__isnull=False) | Q(state=R.OFFERED) | Q(need=need))
        .select_related("institution", "need__item", "case")
        .annotate(last_at=Max("events__at"))
    )


@dataclass(frozen=True)
class _Linked:
    """A tie with the institution it belongs to."""

    tie: Tie
    institution: int
    group: int | None
    name: str


class _History:
    """What the enterprise and institutions have had to do with each other, by institution."""

    def __init__(self, past: list[Any], ties: list[_Linked], need: Need, *, today: date) -> None:
        self.client = need.case.enterprise
        self.tried: dict[int, tuple[str, date]] = {}
        self.worked: dict[int, list[date]] = defaultdict(list)
        self.linked = list(ties)
        for row in sorted(past, key=lambda one: one.pk):
            last = timezone.localdate(row.last_at or row.accepted_at or row.offered_at)
            if row.need_id == need.pk and row.state in NOT_AGAIN:
                self.tried[row.institution_id] = (row.state, last)
            if row.state == R.CONFIRMED:
                self.worked[row.institution_id].append(last)
            if row.accepted_at or row.is_live:  # an open offer may be accepted at any moment
                self._link(row, need, today if row.is_live else last)

    def _link(self, row: Referral, need: Need, until: date) -> None:
        kind = TIE_OF_ROLE.get(requirement(row.need.item, row.need.answers).conflict_role)
        if kind:
            same_case = row.case_id == need.case_id
            tie = Tie(kind, until, board=row.need.board_id, same_case=same_case, case=row.case.number)
            self.linked.append(_Linked(tie, row.institution_id, row.institution.group_id, row.institution.name_zh))

    def ties_of(self, institution: Institution) -> tuple[Tie, ...]:
        """The ties of the institution and of those under the same control."""
        found = [
            each.tie if each.institution == institution.pk else replace(each.tie, via=each.name)
            for each in self.linked
            if each.institution == institution.pk or (each.group and each.group == institution.group_id)
        ]
        return (*self._itself(institution), *found)

    def _itself(self, institution: Institution) -> tuple[Tie, ...]:
        """A co-operating enterprise is not offered its own need."""
        client = self.client
        if client and (client.name == institution.name_zh or (client.uscc and client.uscc == institution.uscc)):
            return (Tie("same", date.max),)
        return ()


def _ties(case: Case, today: date) -> list[_Linked]:
    """What is known from outside the portal."""
    if not case.enterprise_id:
        return []
    rows = Relationship.objects.filter(enterprise=case.enterprise_id).select_related("institution")
    return [
        _Linked(
            Tie(row.kind, row.until or today), row.institution_id, row.institution.group_id, row.institution.name_zh
        )
        for row in rows
    ]


def _candidate(row: Any, seen: Mapping[str, Any], rated: Score, history: _History) -> Candidate:
    institution: Institution = row.institution
    tried, tried_on = history.tried.get(institution.pk, ("", None))
    worked = history.worked.get(institution.pk, [])
    return Candidate(
        institution=institution.pk,
        name_zh=institution.name_zh,
        name_en=institution.name_en,
        region=institution.region_id,
        standing=institution.standing,
        capability=row.state,
        designated=row.designated,
        regions=tuple(sorted(row.served or [])),
        fee=row.fee,
        promised_days=row.promised_working_days,
        weekly_capacity=institution.weekly_capacity,
        credentials=tuple(_held(each) for each in row.held or []),
        ties=history.ties_of(institution),
        kin=tuple(name for each in row.kin or [] for name in (each["zh"], each["en"]) if name),
        tried=tried,
        tried_on=tried_on,
        worked_with=len(worked),
        worked_on=max(worked, default=None),
        record=_record(seen),
        rated=Rated(rated.value, rated.lower, rated.n, rated.response_rate),
    )


def _record(seen: Mapping[str, Any]) -> Record:
    if not seen:
        return Record()
    answered_in = seen["answered_in"]
    return Record(
        offered=seen["offered"],
        accepted=seen["accepted"],
        hours_to_answer=answered_in.total_seconds() / 3600 if answered_in is not None else None,
        delivered=seen["delivered"],
        on_time=seen["on_time"],
        live=seen["live"],
        accepted_this_week=seen["this_week"],
    )


def _held(row: Mapping[str, Any]) -> Held:
    until = row["valid_to"]
    return Held(
        id=row["id"],
        type=row["type"],
        state=row["state"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(until) if until else None,
    )


def _text(answers: Mapping[str, Any], key: str) -> str:
    value = answers.get(key)
    return value.strip() if isinstance(value, str) else ""


def _labels(item: ServiceItem, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What the unanswered questions are called."""
    wanted = set(keys)
    return {
        question["key"]: (question["label_zh"], question["label_en"])
        for question in item.intake_questions
        if question["key"] in wanted
    }
