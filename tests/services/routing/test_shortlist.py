"""The shortlist drawn by the database against the closer look at everybody: the same gates, the same order."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from experts.models import Institution
from services.cases.models import Need
from services.cases.states import ReferralState
from services.routing import actions, candidates, rules, shortlist, tracks
from services.routing.matching import Match
from services.routing.models import TrackRecord
from services.routing.rules import FIRST, Rules
from tests.factories import (
    NOW,
    TODAY,
    days_ago,
    make_capability,
    make_case,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_rating,
    make_referral,
    make_region,
)

pytestmark = pytest.mark.django_db
REGIONS = ("510185", "510104", "510704", "440306", "510100", "510000")
STATES = ("approved", "approved", "approved", "paused")


def pool(chance: random.Random, item: Any, number: int) -> list[Institution]:
    """Institutions of every kind, some shut out by each gate that the database tries."""
    made = []
    for _each in range(number):
        one = make_institution(
            region=make_region(chance.choice(REGIONS)),
            standing=chance.choice(["active", "active", "active", "probation", "suspended"]),
            weekly_capacity=chance.choice([None, 0, 1, 20]),
            confirmed_at=days_ago(chance.randrange(400)),
        )
        make_capability(
            one,
            item,
            state=chance.choice(STATES),
            fee=chance.choice(["free", "subsidised", "paid"]),
            promised_working_days=chance.choice([None, 3, 10, 30]),
            regions=[make_region(code) for code in chance.sample(REGIONS, chance.randrange(3))],
            designated=chance.random() < 0.5,
        )
        _credential(chance, one)
        if chance.random() < 0.2:
            one.absences.create(begins_on=TODAY, ends_on=TODAY + timedelta(days=3))
        for _rating in range(chance.randrange(3)):
            make_rating(one, grade=chance.randrange(1, 6))
        if chance.random() < 0.4:
            state = chance.choice([ReferralState.CONFIRMED, ReferralState.IN_PROGRESS, ReferralState.DECLINED])
            make_referral(institution=one, state=state, now=days_ago(chance.randrange(1, 300)))
        made.append(one)
    return made


def _credential(chance: random.Random, one: Institution) -> None:
    ends = chance.choice([None, date(2026, 11, 1), date(2026, 12, 1), date(2030, 1, 1)])
    state = chance.choice(["valid", "valid", "valid", "claimed"])
    held = make_credential(one, "CMA", valid_to=ends, state=state)
    for method in chance.sample(["GB/T 6952-2015", "GB 6952—2005", "GB/T 26730", "企业标准", "ＧＢ／Ｔ　6952"], 2):
        held.scope.create(object="卫生陶瓷", parameter=chance.choice(["", "吸水率", "抗裂性"]), method=method)


def looked_at(need: Need, best: int | None, rules: Rules = FIRST) -> Match:
    facts = candidates.facts_of(need)
    field = candidates.gather(need, facts, rules, now=NOW, best=best)
    return actions.matching.rank(facts, field.candidates, today=TODAY, rules=rules, behind=field.behind)


KINDS: list[dict[str, Any]] = [
    {},
    {"required_credentials": ["CMA"], "credential_mode": "all"},
    {"required_credentials": ["CMA"], "credential_mode": "preferred"},
    {"designated_only": True},
]
BY_POINTS = Rules(near_tie=0)
"""Nobody takes turns but those who are exactly alike, so that a part is in the order of the whole."""
STATED = [{}, {"test_basis": "GB/T 6952-2015", "test_items_text": "吸水率、抗裂性"}]


@pytest.mark.parametrize("answers", STATED)
@pytest.mark.parametrize("kind", KINDS)
def test_the_database_and_the_closer_look_agree(kind: dict[str, Any], answers: dict[str, str]) -> None:
    """Whatever gate the database shuts is shut; whatever it lets pass stays in its order."""
    chance = random.Random(f"{kind} {answers}")
    item = make_item(promised_working_days=10, **kind)
    pool(chance, item, 24)
    tracks.reckon(NOW)
    enterprise = make_enterprise(region=make_region("510185"))
    row = make_need(make_case(enterprise=enterprise), item, answers=answers, promised_on=date(2026, 12, 15))
    need = actions.load(row.pk)
    facts = candidates.facts_of(need)
    drawn = shortlist.draw(facts, FIRST, shortlist.Known(), worked=[], now=NOW, best=None)
    everybody = looked_at(need, None)
    shut = {each.candidate.institution: each.gate for each in everybody.excluded}
    said = {pk: each.gate for pk, each in drawn.seen.items() if each.gate}
    assert said.items() <= shut.items()
    assert {pk for pk, gate in shut.items() if pk not in said} <= {pk for pk, gate in shut.items() if gate == "scope"}
    drawn_few, whole = (looked_at(need, best, BY_POINTS) for best in (4, None))
    assert [each.institution for each in drawn_few.ranked] == [
        each.institution for each in whole.ranked if drawn_few.of(each.institution)
    ]
    few = looked_at(need, 4)
    best = everybody.ranked[0].points if everybody.ranked else 0.0
    if len(few.ranked) == 4:
        assert max(each.points for each in few.ranked) >= best - FIRST.near_tie
    counted = len(few.ranked) + len(few.excluded) + sum(few.behind.values())
    assert counted == 24


def plain(number: int) -> Need:
    item = make_item()
    for _each in range(number):
        make_capability(make_institution(), item)
    return actions.load(make_need(make_case(enterprise=make_enterprise()), item).pk)


def test_of_many_equally_good_others_are_on_the_list_on_other_days() -> None:
    """Nobody is left out for being new or for a high number: the lot decides who is looked at."""
    need = plain(12)
    facts = candidates.facts_of(need)
    seen: set[int] = set()
    for days in range(100):
        drawn = shortlist.draw(facts, FIRST, shortlist.Known(), worked=[], now=NOW + timedelta(days=days), best=3)
        assert (len(drawn.seen), drawn.behind) == (3, {"": 9})
        seen |= set(drawn.seen)
    assert len(seen) == 12


def test_whoever_is_asked_for_is_looked_at_though_far_from_the_first() -> None:
    need = plain(12)
    facts = candidates.facts_of(need)
    few = shortlist.draw(facts, FIRST, shortlist.Known(), worked=[], now=NOW, best=3)
    other = next(pk for pk in Institution.objects.values_list("pk", flat=True) if pk not in few.seen)
    known = shortlist.Known(institutions=[other])
    assert other in shortlist.draw(facts, FIRST, known, worked=[], now=NOW, best=3).seen


def test_where_the_closer_look_leaves_few_everybody_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    need = plain(12)
    monkeypatch.setattr(candidates.gather, "__kwdefaults__", candidates.gather.__kwdefaults__ | {"best": 3})
    match = actions.rank(need, now=NOW)
    assert (len(match.ranked), match.behind) == (12, {})


def test_the_track_record_is_reckoned_once_a_day_and_forgets() -> None:
    institution = make_institution()
    make_referral(institution=institution, state=ReferralState.CONFIRMED, now=days_ago(364))
    assert tracks.reckon_if_due(NOW)
    assert not tracks.reckon_if_due(NOW)
    row = TrackRecord.objects.get()
    assert (row.institution, row.accepted, row.delivered, row.on_time, row.day) == (institution, 1, 1, 1, TODAY)
    assert tracks.reckon_if_due(NOW + timedelta(days=3))
    assert not TrackRecord.objects.exists()


def test_the_order_of_a_day_stays_though_the_hours_go_by() -> None:
    need = plain(6)
    tracks.reckon(NOW)
    orders = {
        tuple(one.institution for one in actions.rank(need, now=NOW + timedelta(minutes=minutes)).ranked)
        for minutes in (0, 7, 61)
    }
    assert len(orders) == 1
    assert rules.in_force(TODAY) == FIRST
