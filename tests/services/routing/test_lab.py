"""The rule lab: numbers as versions, tried on past matches, published for a day and never changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from services.cases.models import Need
from services.routing import actions, lab, matching, replaying, rules
from services.routing.facts import Candidate, NeedFacts
from services.routing.models import MatchRecord, MatchRules
from services.routing.rules import FIRST, WEIGHTS, Rules
from tests.factories import (
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_rating,
    make_region,
    make_user,
)
from tests.services.routing.facts import TODAY, candidate, need
from tests.services.routing.test_matching import CANDIDATES, NEEDS

QUERIES = 9
NUMBERS = st.builds(
    Rules,
    st.integers(1, 9),
    st.fixed_dictionaries({code: st.integers(0, 100) for code in WEIGHTS}),
    st.floats(0, 20),
    st.integers(0, 10),
    st.integers(1, 400),
)


def stored(match: matching.Match) -> MatchRecord:
    return MatchRecord(
        need=Need(pk=1),
        facts=match.facts_as_json(),
        rule_version=match.rule_version,
        ranked=[row.as_json() for row in match.ranked],
    )


def order(match: matching.Match) -> list[int]:
    return [row.institution for row in match.ranked]


@given(asked=NEEDS, everybody=CANDIDATES, numbers=NUMBERS)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_a_replay_with_the_numbers_of_the_record_gives_its_order(
    asked: NeedFacts, everybody: list[Candidate], numbers: Rules
) -> None:
    match = matching.rank(asked, everybody, today=TODAY, rules=numbers)
    assert replaying.order(stored(match), numbers) == order(match)


@given(asked=NEEDS, everybody=CANDIDATES, before=NUMBERS, after=NUMBERS)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_a_replay_with_other_numbers_gives_what_they_would_have_given(
    asked: NeedFacts, everybody: list[Candidate], before: Rules, after: Rules
) -> None:
    record = stored(matching.rank(asked, everybody, today=TODAY, rules=before))
    assert replaying.order(record, after) == order(matching.rank(asked, everybody, today=TODAY, rules=after))


@pytest.mark.parametrize(("answers", "weight"), [(2, 19), (3, 50)])
def test_from_few_answers_opinion_is_never_the_heaviest(answers: int, weight: int) -> None:
    """With three answers, as curators asked; the twin with two stays below the distance."""
    heavy = Rules(weights=WEIGHTS | {"rating": 50})
    assert heavy.rating_weight(answers) == weight
    assert FIRST.rating_weight(answers) == WEIGHTS["rating"]


@pytest.fixture
def curator() -> User:
    return make_user(Role.CURATOR)


@pytest.fixture
def pair() -> tuple[Institution, Institution]:
    """One that is near, and one that is far and free of charge."""
    return make_institution(), make_institution(region=make_region("440306"))


def offered(pair: tuple[Institution, Institution]) -> MatchRecord:
    now = timezone.now()
    row = make_need(make_case(enterprise=make_enterprise(), now=now), make_item(), now=now)
    for institution, fee in zip(pair, ("paid", "free"), strict=True):
        make_capability(institution, row.item, fee=fee)
    return actions.offer(row, pair[0], by=make_user(Role.SPECIALIST), now=now).match_record


def drafted(curator: User, **weights: int) -> MatchRules:
    row = lab.begin(by=curator, now=timezone.now(), today=timezone.localdate())
    return lab.save(row, by=curator, now=timezone.now(), weights={**row.weights, **weights})


def publish(row: MatchRules, curator: User, *, days: int = 0) -> None:
    today = timezone.localdate()
    lab.publish(
        row,
        read=lab.stamp(row),
        begins_on=today + timedelta(days=days),
        note="价格更重要",
        by=curator,
        now=timezone.now(),
        today=today,
    )


@pytest.mark.django_db
def test_published_numbers_rank_from_their_day_on(curator: User, pair: tuple[Institution, Institution]) -> None:
    assert offered(pair).rule_version == "match/4.0"
    row = drafted(curator, price=100, distance=0)
    assert rules.in_force(timezone.localdate()) == FIRST, "a draft ranks nobody"
    publish(row, curator, days=1)
    today = timezone.localdate()
    assert (rules.in_force(today).version, rules.in_force(today + timedelta(days=1)).version) == (0, 1)
    again = actions.load(MatchRecord.objects.get().need_id)
    tomorrow = actions.rank(again, now=timezone.now() + timedelta(days=1))
    assert tomorrow.rule_version == "match/4.1"
    entry = AuditEntry.objects.get(verb="rules.published")
    assert (entry.user, entry.detail["weights"]["price"]) == (curator, 100)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "tried"), [("match/4", 1), ("match/3", 1), ("match/2", 0), ("match/40", 0)])
def test_records_are_tried_again_whose_factors_are_those_of_today(
    pair: tuple[Institution, Institution], code: str, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CODE", code)
    record = offered(pair)
    assert record.rule_version == f"{code}.0"
    found = replaying.replayable(MatchRecord.objects.all(), since=record.at)
    orders = [replaying.order(row, FIRST) for row in found]
    assert orders == [[each["institution"] for each in record.ranked]] * tried


@pytest.mark.django_db
def test_what_was_published_never_changes(curator: User) -> None:
    row = drafted(curator)
    publish(row, curator)
    for change in (lambda: MatchRules.objects.update(near_tie=9), MatchRules.objects.all().delete):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()
    with pytest.raises(lab.DraftChanged):
        lab.save(row, by=curator, now=timezone.now(), near_tie=9)
    with pytest.raises(lab.DraftChanged):
        lab.discard(row, by=curator)


@pytest.mark.django_db
def test_only_the_draft_that_was_read_is_published_and_not_for_a_past_day(curator: User) -> None:
    row = drafted(curator)
    read = lab.stamp(row)
    lab.save(row, by=curator, now=timezone.now(), near_tie=9)
    said: dict[str, Any] = {"note": "x", "by": curator, "now": timezone.now(), "today": TODAY}
    with pytest.raises(lab.DraftChanged):
        lab.publish(row, read=read, begins_on=TODAY, **said)
    with pytest.raises(lab.DayOver):
        lab.publish(row, read=read, begins_on=TODAY - timedelta(days=1), **said)


@pytest.mark.django_db
def test_a_draft_starts_from_the_numbers_in_force_and_there_is_one(curator: User) -> None:
    publish(drafted(curator, price=33), curator)
    row = drafted(curator)
    assert (row.version, row.weights["price"]) == (2, 33)
    assert lab.begin(by=curator, now=timezone.now(), today=timezone.localdate()) == row
    lab.discard(row, by=curator)
    assert lab.draft() is None


@pytest.mark.django_db
def test_the_replay_says_who_would_gain_and_who_would_lose(
    curator: User, pair: tuple[Institution, Institution]
) -> None:
    near, far = pair
    record = offered(pair)
    found = replaying.replay([record], rules.of(drafted(curator, price=100, distance=0)))
    assert (found.replayed, found.compared, found.changed, found.percent) == (1, 1, 1, 100)
    assert [(each.institution, each.difference) for each in found.exposure] == [(near, -1), (far, 1)]
    assert [(each.record, each.before, each.after) for each in found.examples] == [(record, near, far)]
    same = replaying.replay([record], FIRST)
    assert (same.changed, same.reordered, same.exposure) == (0, 0, [])


def page(client: Client, user: User, **asked: Any) -> Any:
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(reverse("routing:lab"), asked)


def entered(**numbers: Any) -> dict[str, Any]:
    weights = {f"weight_{code}": weight for code, weight in WEIGHTS.items()}
    return {**weights, "near_tie": 2, "rating_from": 3, "stale_after": 180, "note": "", **numbers}


@pytest.mark.django_db
def test_a_curator_drafts_tries_and_publishes(
    client: Client, curator: User, pair: tuple[Institution, Institution]
) -> None:
    record = offered(pair)
    assert "Start a draft" in page(client, curator).content.decode()
    client.post(reverse("routing:lab_begin"), {"idempotency_key": "begin-the-draft"})
    client.post(
        reverse("routing:lab_save"),
        {**entered(weight_price=100, weight_distance=0), "idempotency_key": "save-the-draft"},
    )
    html = page(client, curator).content.decode()
    assert "1 · 100 %" in html and pair[1].name_en in html
    assert reverse("routing:record", args=[record.pk]) not in html, "curators read no cases"
    assert record.need.case.number not in html
    row = lab.draft()
    assert row is not None
    said = {"read": lab.stamp(row), "begins_on": timezone.localdate().isoformat(), "note": "企业要求"}
    answer = client.post(reverse("routing:lab_publish"), {**said, "idempotency_key": "publish-it"})
    assert answer.status_code == 302
    assert rules.in_force(timezone.localdate()).weight("price") == 100
    assert "企业要求" in page(client, curator).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"weight_price": 101}, "less than or equal to 100"),
        ({"weight_price": -1}, "greater than or equal to 0"),
        ({"near_tie": 21}, "less than or equal to 20"),
        ({"stale_after": 0}, "greater than or equal to 1"),
        ({f"weight_{code}": 0 for code in WEIGHTS}, "at least one weight above zero"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(client: Client, curator: User, numbers: dict[str, Any], said: str) -> None:
    drafted(curator)
    page(client, curator)
    answer = client.post(reverse("routing:lab_save"), {**entered(**numbers), "idempotency_key": "bad-numbers"})
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.django_db
def test_a_lead_reads_and_opens_the_examples(
    client: Client, curator: User, pair: tuple[Institution, Institution]
) -> None:
    record = offered(pair)
    drafted(curator, price=100, distance=0)
    html = page(client, make_user(Role.TEAM_LEAD)).content.decode()
    assert reverse("routing:record", args=[record.pk]) in html
    assert "Publish the draft" not in html and 'name="weight_price"' not in html


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_it_needs_the_same_queries_for_one_and_for_three(
    client: Client, curator: User, number: int, django_assert_num_queries: Any
) -> None:
    for _each in range(number):
        pair = make_institution(), make_institution(region=make_region("440306"))
        make_rating(pair[0])
        offered(pair)
    drafted(curator, price=100, distance=0)
    page(client, curator)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("routing:lab"))


def test_a_stale_entry_is_worth_less_and_lowers_the_confidence() -> None:
    """Confirmed today, half a year ago, a day longer, and long ago."""
    seen = []
    for days in (0, 180, 181, 500):
        one = candidate(1, confirmed_on=TODAY - timedelta(days=days))
        row = matching.rank(need(), [one], today=TODAY).ranked[0]
        fresh = next(each for each in row.factors if each.code == "freshness")
        seen.append((fresh.value, fresh.known, round(row.confidence, 3)))
    values, known, confidence = zip(*seen, strict=True)
    assert values == (1.0, 0.5, 0.497, 0.0)
    assert known == (True, True, False, False)
    assert confidence[0] == confidence[1] > confidence[2] == confidence[3]
