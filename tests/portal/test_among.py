"""A column among the rows of a subquery: the same rows as by a join, and an index of the column can be used."""

import pytest
from django.db import connection
from django.db.models import Q

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.among import Among
from services.cases.models import Case
from tests.factories import make_case, make_enterprise, make_station, make_user

pytestmark = pytest.mark.django_db


def test_it_finds_what_a_join_finds() -> None:
    person, other = make_user(), make_user()
    firm, foreign = make_enterprise(person), make_enterprise(other)
    sent, owned = make_case(submitter=person), make_case(submitter=other, enterprise=firm)
    make_case(submitter=other, enterprise=foreign)
    own = Enterprise.objects.of(person).values("pk")
    joined = Case.objects.filter(Q(submitter=person) | Q(enterprise__in=own))
    among = Case.objects.filter(Q(submitter=person) | Among("enterprise_id", own))
    assert set(among) == set(joined) == set(Case.objects.visible_to(person)) == {sent, owned}


def test_nobody_is_among_no_rows() -> None:
    make_case(enterprise=make_enterprise())
    assert not Case.objects.filter(Among("enterprise_id", Enterprise.objects.none().values("pk"))).exists()
    assert not Case.objects.visible_to(make_user(Role.PROVIDER)).exists()


def test_staff_see_the_cases_of_their_stations_and_below() -> None:
    below = make_station(parent=make_station())
    case, near = make_case(), make_case(station=below)
    assert set(Case.objects.visible_to(make_user(Role.SPECIALIST))) == {case, near}
    assert set(Case.objects.visible_to(make_user(Role.SPECIALIST, station=below))) == {near}


def test_who_serves_every_station_is_asked_for_none() -> None:
    """The same rows as by their stations; another root that they do not serve is kept from them at once."""
    case = make_case()
    everywhere, below = (
        make_user(Role.SPECIALIST),
        make_user(Role.SPECIALIST, station=make_station(parent=case.station)),
    )
    assert "stations_station" not in str(Case.objects.listed_to(everywhere).query)
    assert set(Case.objects.listed_to(everywhere)) == set(Case.objects.visible_to(everywhere)) == {case}
    assert not Case.objects.listed_to(below).exists()
    other = make_case(station=make_station(parent=None))
    known = User.objects.get(pk=everywhere.pk)
    assert set(Case.objects.listed_to(known)) == set(Case.objects.visible_to(known)) == {case}
    assert other not in Case.objects.listed_to(known)
    assert not Case.objects.listed_to(make_user(Role.PROVIDER)).exists()


def test_beside_an_or_the_index_of_the_column_is_used() -> None:
    """The planner is left nothing but indexes of conditions, so that it does not matter how few rows it knows of."""
    person = make_user()
    make_enterprise(person)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    assert "BitmapOr" in Case.objects.visible_to(person).order_by("-id").explain()
    joined = Case.objects.filter(Q(submitter=person) | Q(enterprise__in=Enterprise.objects.of(person).values("pk")))
    assert "BitmapOr" not in joined.order_by("-id").explain()
