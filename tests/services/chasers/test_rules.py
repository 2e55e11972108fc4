"""Rules as data: loaded once, never over what a curator edited; each change a version and a row of history."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.accounts.roles import Role
from services.chasers import loading
from services.chasers.audiences import HOLDERS, Audience, levels
from services.chasers.models import ChaserRule, Level
from services.clocks.names import ClockName
from tests.authz.world import signed_in
from tests.factories import make_user
from tests.services.chasers.rows import make_rule

pytestmark = pytest.mark.django_db
ADMIN = "/admin/chasers/chaserrule/"


def test_loading_again_changes_nothing_that_was_edited() -> None:
    [first] = loading.load()
    ChaserRule.objects.filter(code="triage-due").update(active=False, amount=30)
    made = ChaserRule.objects.count()
    assert (first, loading.load()) == (
        f"Chasers: {made} created, 0 left as they are",
        [f"Chasers: 0 created, {made} left as they are"],
    )
    assert ChaserRule.objects.get(code="triage-due").amount == 30


def test_the_rules_that_come_with_the_portal_are_valid_and_climb() -> None:
    """Every promise that somebody can miss begins with its holder; what goes further up comes later."""
    loading.load()
    for rule in ChaserRule.objects.all():
        rule.full_clean()
        assert rule.clock in ClockName.values
    for clock in ChaserRule.objects.values_list("clock", flat=True).distinct():
        rules = ChaserRule.objects.filter(clock=clock)
        ways = [[rule.minutes(420) for rule in rules.filter(level=level)] for level in Level]
        reached = [max(way) for way in ways if way]
        assert reached == sorted(reached)


@pytest.mark.parametrize(
    ("clock", "after_due"),
    [
        ("triage", ["holder", "team_lead", "centre_lead"]),
        ("delivery", ["provider", "desk", "team_lead", "centre_lead"]),
        ("plan", ["provider", "desk", "team_lead", "centre_lead"]),
        ("rectification", ["provider", "desk", "team_lead", "centre_lead"]),
        ("call_back", ["holder", "centre_lead"]),
        ("agreement", ["desk"]),
        ("confirmation", []),
        ("supplement", []),
    ],
)
def test_who_hears_of_a_missed_promise_one_after_the_other(clock: str, after_due: list[str]) -> None:
    loading.load()
    rules = ChaserRule.objects.filter(clock=clock, amount__gte=0)
    assert [rule.audience for rule in sorted(rules, key=lambda rule: rule.minutes(420))] == after_due


def test_every_audience_leads_up_to_the_centre() -> None:
    for audience in set(Audience) - {Audience.HOLDER}:
        assert levels(audience)[-1] == Audience.CENTRE_LEAD
    assert set(HOLDERS) <= set(ClockName)


@pytest.mark.parametrize(
    "fields",
    [
        {"level": "escalation_1", "amount": "-1"},
        {"amount": "-61", "unit": "working_days"},
        {"amount": "10001"},
        {"audience": "press"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_the_database(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rule(**fields)


def test_nothing_is_escalated_before_it_is_due() -> None:
    rule = ChaserRule(code="x", clock="triage", amount=Decimal(-1), audience="team_lead", level="escalation_1")
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert list(refused.value.message_dict) == ["level"]


def test_a_curator_edits_a_rule_and_the_change_is_a_version_with_history() -> None:
    rule = make_rule()
    client = signed_in(make_user(Role.CURATOR))
    sent = {
        "code": rule.code,
        "clock": "triage",
        "amount": "-30",
        "unit": "minutes",
        "audience": "team_lead",
        "level": "reminder",
        "channel": "app",
        "active": "on",
    }
    assert client.post(f"{ADMIN}{rule.pk}/change/", {**sent, "level": "escalation_1"}).status_code == 200
    assert client.post(f"{ADMIN}{rule.pk}/change/", sent).status_code == 302
    rule.refresh_from_db()
    assert (rule.amount, rule.audience, rule.channel, rule.version) == (-30, "team_lead", "app", 2)
    assert list(rule.history.order_by("pgh_id").values_list("version", flat=True)) == [1, 2]


def test_the_list_names_clocks_and_distances_in_words_and_is_narrowed_by_clock() -> None:
    for amount, unit in ((-2, "working_days"), (1, "working_days"), (0, "minutes"), (30, "minutes")):
        make_rule(clock="delivery", amount=amount, unit=unit)
    make_rule(clock="plan", amount=-1, unit="minutes")
    client = signed_in(make_user(Role.CURATOR))
    client.cookies["django_language"] = "en"
    page = client.get(ADMIN, {"clock": "delivery"}).content.decode()
    said = re.findall(r'field-distance">([^<]+)', page)
    assert said == [
        "when it is due",
        "30 working minutes after it is due",
        "2 working days before it is due",
        "1 working day after it is due",
    ]
    assert "?clock=plan" in page and ">plan or quote<" in page


def test_a_lead_looks_and_changes_nothing() -> None:
    rule = make_rule()
    client = signed_in(make_user(Role.TEAM_LEAD))
    assert rule.code in client.get(ADMIN).content.decode()
    assert client.post(f"{ADMIN}{rule.pk}/change/", {"code": "other"}).status_code == 403


def test_nobody_deletes_a_rule_that_marks_may_name() -> None:
    rule = make_rule()
    assert signed_in(make_user(Role.ADMINISTRATOR)).post(f"{ADMIN}{rule.pk}/delete/").status_code == 403
