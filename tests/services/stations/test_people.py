"""Who answers for a station: a person, always."""

from typing import Any

import pytest

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.stations.models import Assignment
from services.stations.people import leads
from tests.factories import make_station, make_user

pytestmark = pytest.mark.django_db


def leads_at(*roles: tuple[str, str]) -> tuple[dict[str, User], Any]:
    centre = make_station()
    base = make_station(parent=centre)
    window = make_station(parent=base)
    at = {"centre": centre, "base": base, "window": window}
    return {f"{role}@{name}": make_user(role, station=at[name]) for role, name in roles}, window


@pytest.mark.parametrize(
    ("there", "reached"),
    [
        ((("team_lead", "window"), ("team_lead", "base")), {"team_lead@window"}),
        ((("team_lead", "base"), ("team_lead", "centre")), {"team_lead@base"}),
        ((("team_lead", "centre"), ("centre_lead", "centre")), {"team_lead@centre"}),
        ((("centre_lead", "centre"), ("administrator", "centre")), {"centre_lead@centre"}),
        ((("administrator", "centre"), ("specialist", "window")), {"administrator@centre"}),
    ],
)
def test_the_nearest_lead_answers_for_a_station_or_the_centre_or_every_administrator(
    there: Any, reached: set[str]
) -> None:
    made, window = leads_at(*there)
    assert set(leads(window)) == {made[name] for name in reached}


def test_a_lead_who_has_left_is_not_a_person_to_reach() -> None:
    made, window = leads_at(("team_lead", "window"), ("team_lead", "base"))
    User.objects.filter(pk=made["team_lead@window"].pk).update(is_active=False)
    assert leads(window) == [made["team_lead@base"]]
    Assignment.objects.filter(user__role=Role.TEAM_LEAD).delete()
    second = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR)
    assert set(leads(window)) == set(second)


def test_who_turns_to_the_leads_is_not_among_them() -> None:
    made, window = leads_at(("team_lead", "window"), ("team_lead", "base"), ("centre_lead", "centre"))
    near, far = made["team_lead@window"], made["team_lead@base"]
    assert (leads(window, but=near), leads(window, but=far)) == ([far], [near])
