"""The tree of stations: each knows the line above it, and whoever works at one serves all below it."""

import pytest

from portal.accounts.roles import Role
from services.stations.actions import place
from services.stations.models import Station, online_station
from tests.factories import make_station, make_user

pytestmark = pytest.mark.django_db


def test_a_station_knows_itself_and_everything_above_it() -> None:
    centre = make_station()
    window = make_station(parent=centre)
    post = make_station(parent=window)
    assert (centre.line, window.line) == ([centre.pk], [centre.pk, window.pk])
    assert post.line == [centre.pk, window.pk, post.pk]


def test_moving_a_station_takes_what_is_below_it_along() -> None:
    centre = make_station()
    window, other = make_station(parent=centre), make_station(parent=centre)
    post = make_station(parent=window)
    window.parent = other
    place(window)
    post.refresh_from_db()
    assert post.line == [centre.pk, other.pk, window.pk, post.pk]


def test_a_station_cannot_be_part_of_itself() -> None:
    centre = make_station()
    window = make_station(parent=centre)
    centre.parent = window
    with pytest.raises(ValueError, match="part of itself"):
        place(centre)


def test_people_serve_their_station_and_everything_below_it_but_nothing_beside_or_above() -> None:
    centre = make_station()
    window, beside = make_station(parent=centre), make_station(parent=centre)
    post = make_station(parent=window)
    at_the_window, at_the_centre = (
        make_user(Role.SPECIALIST, station=window),
        make_user(Role.TEAM_LEAD, station=centre),
    )
    assert set(Station.objects.served_by(at_the_window)) == {window, post}
    assert set(Station.objects.served_by(at_the_centre)) == {centre, window, beside, post}
    assert set(Station.objects.served_by(make_user())) == set()


def test_what_comes_online_goes_to_the_first_open_centre() -> None:
    centre = make_station()
    make_station(parent=centre)
    assert online_station() == centre
    Station.objects.filter(pk=centre.pk).update(active=False)
    with pytest.raises(Station.DoesNotExist):
        online_station()
