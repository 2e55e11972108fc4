"""The facts of a need and of those who might take it on: the same few queries however many they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from experts import scores
from experts.models import Credential, CredentialType, Institution
from experts.scores import Score
from portal.among import Among
from portal.columns import none_but
from portal.kept import kept
from services.cases.models import Case, Need, Referral
from services.cases.states import ReferralState
from services.catalogue.models import ServiceItem, large
from services.directory.models import Absence, Capability, Relationship
from services.directory.qualification import requirement
from services.directory.stated import parameters_in, ranges_in, standards_in, text_in
from services.routing import scopes, shortlist
from services.routing.facts import Candidate, Held, NeedFacts, Rated, Tie
from services.routing.rules import Rules
from services.routing.shortlist import BEST, Known, Seen
from services.stations.models import Station

R = ReferralState
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
        consultant=text_in(answers, "consultant_name"),
        first_test_body=text_in(answers, "first_test_body"),
        unanswered=unanswered,
        standards=standards_in(answers),
        parameters=parameters_in(answers),
        ranges=ranges_in(answers),
        names={code: (kind.name_zh, kind.name_en) for code, kind in kinds.items()} | _labels(item, unanswered),
    )


@dataclass(frozen=True)
class Field:
    """Those looked at, and how many more hold the capability: by gate, "" for those who would pass; ``ties_of``: what
    ties any institution to the enterprise.
    """

    candidates: list[Candidate]
    behind: dict[str, int]
    ties_of: Callable[[Institution], tuple[Tie, ...]]


def gather(
    need: Need, facts: NeedFacts, rules: Rules, *, now: datetime, also: Sequence[int] = (), best: int | None = BEST
) -> Field:
    """The shortlist of the institutions that hold the capability, approved or not, and whoever else has to do with the
    need. The centre's own desk answers, it is not chosen.
    """
    today = timezone.localdate(now)
    history = _History(_past(need), _ties(need.case, today), need, today=today)
    found = shortlist.draw(facts, rules, history.known(facts, also), worked=list(history.worked), now=now, best=best)
    rows = _capabilities(
        item=facts.item,
        institutions=list(found.seen),
        codes=[*facts.requirement.codes, ""],
        today=today,
        stations=need.case.station.line,
    )
    rated = scores.load(list(found.seen), board=facts.board)
    everybody = (_candidate(row, found.seen[row.institution_id], rated[row.institution_id], history) for row in rows)
    return Field(scopes.attach(everybody, facts), found.behind, history.ties_of)


@kept
def _capabilities(
    *, item: str, institutions: list[int], codes: list[str], today: date, stations: list[int]
) -> QuerySet[Capability]:
    """``operates``: the institution, or one under the same control, runs one of the stations."""
    served = Capability.regions.through.objects.filter(capability=OuterRef("pk")).values("region_id")
    held = Credential.objects.filter(Among("type_id", codes), institution=OuterRef("institution"))
    papers = JSONObject(id="id", type="type_id", state="state", valid_from="valid_from", valid_to="valid_to")
    operating = Q(operator=OuterRef("institution")) | Q(operator__group=OuterRef("institution__group"))
    away = Absence.objects.filter(institution=OuterRef("institution")).not_over(today)
    kin = (
        Institution.objects.filter(group=OuterRef("institution__group"))
        .exclude(pk=OuterRef("institution"))
        .values(data=JSONObject(zh="name_zh", en="name_en"))
    )
    return (
        Capability.objects.filter(Among("institution_id", institutions), item=item)
        .select_related("institution")
        .annotate(served=ArraySubquery(served), held=ArraySubquery(held.values(data=papers)), kin=ArraySubquery(kin))
        .annotate(
            away=ArraySubquery(away.order_by("begins_on").values(data=JSONObject(begins="begins_on", ends="ends_on"))),
            operates=Exists(Station.objects.filter(Among("id", stations), operating)),
        )
        .order_by("institution_id")
    )


def _past(need: Need) -> list[Referral]:
    """What this enterprise (or, without one, this person) was offered and had done, whoever did it."""
    case = need.case
    if case.enterprise_id:
        return _offered("case__enterprise", same=case.enterprise_id, need=need.pk)
    if case.submitter_id:
        return _offered("case__submitter", same=case.submitter_id, need=need.pk)
    return _offered("case", same=case.pk, need=need.pk)


@kept
def _offered(column: str, *, same: int, need: int) -> QuerySet[Referral]:
    rows = Referral.objects.filter(Q(accepted_at__isnull=False) | Q(state=R.OFFERED) | Q(need=need), **{column: same})
    return (
        rows.select_related("institution", "need__item", "case")
        .defer("case__search", *large("need__item"), *none_but(Referral, "institution", "name_zh", "group"))
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

    def known(self, facts: NeedFacts, also: Sequence[int]) -> Known:
        """Whom the need has to do with."""
        linked = [each.institution for each in self.linked]
        client = self.client
        return Known(
            institutions=[*linked, *self.tried, *self.worked, *also],
            groups=[each.group for each in self.linked if each.group],
            names=[client.name if client else "", facts.consultant, facts.first_test_body],
            uscc=(client.uscc or "") if client else "",
        )

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
    return [
        _Linked(
            Tie(row.kind, row.until or today), row.institution_id, row.institution.group_id, row.institution.name_zh
        )
        for row in _related(enterprise=case.enterprise_id)
    ]


@kept
def _related(*, enterprise: int) -> QuerySet[Relationship]:
    return Relationship.objects.filter(enterprise=enterprise).select_related("institution")


def _candidate(row: Any, seen: Seen, rated: Score, history: _History) -> Candidate:
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
        absences=tuple(_days(each) for each in row.away or []),
        ties=history.ties_of(institution),
        operates=row.operates,
        kin=tuple(name for each in row.kin or [] for name in (each["zh"], each["en"]) if name),
        tried=tried,
        tried_on=tried_on,
        worked_with=len(worked),
        worked_on=max(worked, default=None),
        confirmed_on=timezone.localdate(institution.confirmed_at),
        record=seen.record,
        rated=Rated(rated.value, rated.lower, rated.n, rated.response_rate, seen.rated_on),
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


def _days(row: Mapping[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(row["begins"]), date.fromisoformat(row["ends"])


def _labels(item: ServiceItem, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What the unanswered questions are called."""
    wanted = set(keys)
    return {
        question["key"]: (question["label_zh"], question["label_en"])
        for question in item.intake_questions
        if question["key"] in wanted
    }
