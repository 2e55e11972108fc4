"""Stations in the admin site: who arranges which."""

import pytest

from portal.accounts.roles import Role
from services.stations.models import Assignment
from tests.factories import make_station, make_user
from tests.people import browser_of

pytestmark = pytest.mark.django_db


def assigning(user: int, station: int) -> dict[str, object]:
    total = {"assignments-TOTAL_FORMS": 1, "assignments-INITIAL_FORMS": 0}
    return {**total, "assignments-0-user": user, "assignments-0-station": station}


def form_of(station: object) -> dict[str, object]:
    names = ("name_zh", "name_en", "kind", "region_id", "parent_id", "phone", "hours")
    return {name.removesuffix("_id"): getattr(station, name) or "" for name in names} | {"active": "on"}


@pytest.mark.parametrize(("role", "may"), [(Role.TEAM_LEAD, False), (Role.ADMINISTRATOR, True)])
def test_a_lead_does_not_assign_themselves_to_the_station_above(role: Role, may: bool) -> None:
    centre = make_station()
    window = make_station(parent=centre)
    lead = make_user(Role.TEAM_LEAD, station=window)
    client = browser_of(lead if role == Role.TEAM_LEAD else make_user(role))
    client.post(f"/admin/stations/station/{centre.pk}/change/", form_of(centre) | assigning(lead.pk, centre.pk))
    assert Assignment.objects.filter(user=lead, station=centre).exists() is may


def test_a_lead_arranges_the_own_station() -> None:
    window = make_station(parent=make_station())
    lead, colleague = make_user(Role.TEAM_LEAD, station=window), make_user(Role.SPECIALIST)
    sent = form_of(window) | assigning(colleague.pk, window.pk)
    path = f"/admin/stations/station/{window.pk}/change/"
    assert browser_of(lead).get(path).status_code == 200
    sent |= {"assignments-TOTAL_FORMS": 2, "assignments-INITIAL_FORMS": 1}
    held = Assignment.objects.get(user=lead)
    first = {"assignments-0-id": held.pk, "assignments-0-user": lead.pk, "assignments-0-station": window.pk}
    second = {"assignments-1-user": colleague.pk, "assignments-1-station": window.pk}
    answer = browser_of(lead).post(path, sent | first | second)
    assert answer.status_code == 302
    assert Assignment.objects.filter(user=colleague, station=window).exists()


@pytest.mark.parametrize("itself", [True, False])
def test_a_station_is_part_neither_of_itself_nor_of_one_beneath_it(itself: bool) -> None:
    centre = make_station()
    window = make_station(parent=centre)
    sent = form_of(centre) | {"parent": (centre if itself else window).pk}
    sent |= {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0}
    answer = browser_of(make_user(Role.ADMINISTRATOR)).post(f"/admin/stations/station/{centre.pk}/change/", sent)
    centre.refresh_from_db()
    assert (answer.status_code, centre.parent) == (200, None)
    assert "cannot be part of itself" in answer.content.decode()
