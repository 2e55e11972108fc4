"""What a rule does is told in the working hours of whoever reads it; what a person does is told at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.actions import Recipient
from portal.notices.models import Notice
from portal.outbox.models import Message
from services.cases import actions as cases
from services.cases import office_hours
from services.cases.actors import Actor
from services.cases.models import Audience, Verb
from services.cases.states import ReferralState
from services.clocks.models import WorkCalendar
from services.directory.models import ProviderCalendar
from tests.factories import SHANGHAI, make_institution, make_referral, make_station, make_user

pytestmark = pytest.mark.django_db
SATURDAY = datetime(2026, 11, 21, 23, 0, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
SUNDAY = datetime(2026, 11, 22, 8, 0, tzinfo=SHANGHAI)
SUNDAYS = {"sun": [["08:00", "12:00"]]}


@pytest.fixture(autouse=True)
def default(db: None) -> WorkCalendar:
    weekly = {key: [["09:00", "17:00"]] for key in ("mon", "tue", "wed", "thu", "fri")}
    return WorkCalendar.objects.create(code="default", name_zh="默认", weekly=weekly, is_default=True)


@pytest.fixture
def sundays(default: WorkCalendar) -> WorkCalendar:
    return WorkCalendar.objects.create(code="sundays", name_zh="周日", weekly=SUNDAYS)


def times(*users: User) -> list[datetime]:
    found = office_hours.send_times(users, now=SATURDAY)
    return [found[user.pk] for user in users]


def test_staff_read_in_the_hours_of_their_station_and_others_in_the_usual_ones(sundays: WorkCalendar) -> None:
    open_on_sunday = make_user(Role.SPECIALIST, station=make_station(parent=make_station(), calendar=sundays))
    others = make_user(Role.SPECIALIST), make_user(Role.CURATOR), make_user(), make_user(Role.PROVIDER)
    assert times(open_on_sunday, *others) == [SUNDAY, *[MONDAY] * 4]


def test_people_of_an_institution_read_in_its_hours(sundays: WorkCalendar) -> None:
    person, former = make_user(Role.PROVIDER), make_user(Role.PROVIDER)
    institution = make_institution(person)
    ProviderCalendar.objects.create(institution=institution, calendar=sundays)
    institution.memberships.create(user=former, active=False)
    assert times(person, former) == [SUNDAY, MONDAY]


def test_who_has_no_account_is_written_to_in_the_usual_hours(sundays: WorkCalendar) -> None:
    staff = make_user(Role.SPECIALIST, station=make_station(parent=make_station(), calendar=sundays))
    caller, colleague = Recipient(phone="+8613812345678"), Recipient(user=make_user())
    groups = office_hours.by_send_time([caller, Recipient(user=staff), colleague], now=SATURDAY)
    assert groups == {MONDAY: [caller, colleague], SUNDAY: [Recipient(user=staff)]}


@pytest.mark.parametrize("people", [1, 3])
def test_it_takes_four_queries_however_many_there_are(
    people: int, sundays: WorkCalendar, django_assert_num_queries: Callable[..., Any]
) -> None:
    users = []
    for _ in range(people):
        users += [make_user(Role.PROVIDER), make_user(Role.SPECIALIST, station=make_station(parent=make_station()))]
        ProviderCalendar.objects.create(institution=make_institution(users[-2]), calendar=sundays)
    times(*users)  # the calendars are built
    with django_assert_num_queries(4):
        times(*users)


def test_in_working_hours_nothing_waits() -> None:
    user = make_user()
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
    assert office_hours.send_times([user], now=noon)[user.pk] == noon


def test_where_no_calendar_ever_opens_nothing_waits(default: WorkCalendar) -> None:
    user = make_user()
    WorkCalendar.objects.update(weekly={}, version=99)
    assert times(user) == [SATURDAY]
    WorkCalendar.objects.all().delete()
    assert times(user) == [SATURDAY]


@pytest.mark.parametrize(("by_rule", "sent"), [(True, MONDAY), (False, SATURDAY)])
def test_a_step_of_a_rule_waits_and_a_step_of_a_person_does_not(by_rule: bool, sent: datetime) -> None:
    person = make_user(Role.PROVIDER, email="lab@lab.example")
    referral = make_referral(institution=make_institution(person))
    by = Actor.by_rule("test/1") if by_rule else Actor.of(referral.handler)
    step = {"verb": Verb.EXPIRED, "by": by, "now": SATURDAY, "audience": Audience.PROVIDER}
    cases.move(referral, ReferralState.EXPIRED, **step)
    notice = Notice.objects.get(user=person, event="expired_provider")
    assert Message.objects.get(payload__notice=notice.key).due_at == sent
