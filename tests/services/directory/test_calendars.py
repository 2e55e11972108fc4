"""By which calendar an institution works, and who says so."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.accounts.roles import Role
from services.clocks.models import WorkCalendar
from services.directory import calendars
from services.directory.models import ProviderCalendar
from tests.factories import make_institution, make_user

pytestmark = pytest.mark.django_db


def own_calendar() -> WorkCalendar:
    return WorkCalendar.objects.create(code="laboratory", name_zh="实验室", weekly={"sat": [["09:00", "12:00"]]})


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendars_of_many_institutions_take_one_query(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    calendar, without = own_calendar(), make_institution()
    institutions = [make_institution() for _ in range(count)]
    ProviderCalendar.objects.bulk_create(ProviderCalendar(institution=each, calendar=calendar) for each in institutions)
    with django_assert_num_queries(1):
        found = calendars.of_institutions([without.pk, *(each.pk for each in institutions)])
    assert found == {each.pk: calendar for each in institutions}


def test_an_institution_works_by_one_calendar() -> None:
    institution = make_institution()
    ProviderCalendar.objects.create(institution=institution, calendar=own_calendar())
    with pytest.raises(IntegrityError):
        ProviderCalendar.objects.create(institution=institution, calendar=WorkCalendar.objects.get())


def test_a_curator_gives_an_institution_its_calendar(client: Client) -> None:
    institution, calendar = make_institution(), own_calendar()
    client.force_login(make_user(Role.CURATOR))
    sent = {"institution": institution.pk, "calendar": calendar.pk}
    assert client.post(reverse("admin:directory_providercalendar_add"), sent).status_code == 302
    assert calendars.of_institutions([institution.pk]) == {institution.pk: calendar}
