"""The pages that are measured open on it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import User
from services.boards.labs.models import Booking
from services.cases.models import Case, Referral
from services.nation.words import WORDS
from tests.people import browser_of
from tests.services.nation.conftest import Loaded

DESK, CURATOR, CALLER = "nation-specialist-11", "nation-curator", "nation-caller-17"


@pytest.mark.parametrize(
    ("username", "path"),
    [
        (DESK, "/"),
        (DESK, "/triage/"),
        (DESK, f"/triage/?q={WORDS['closings'][0][-2:]}"),
        (DESK, "/cases/"),
        (DESK, f"/search/?q={WORDS['rare'][0]}"),
        (DESK, "/late/"),
        (DESK, "/rectification/"),
        (DESK, "/boards/labs/"),
        (CALLER, "/followup/"),
        (CURATOR, "/pool/desk/"),
        (CURATOR, "/pool/desk/stale/"),
        (CURATOR, "/directory/"),
    ],
)
def test_a_list_opens(nation: Loaded, username: str, path: str) -> None:
    answer = browser_of(User.objects.get(username=username)).get(path)
    assert answer.status_code == 200, path


@pytest.mark.parametrize("state", ["submitted", "in_service", "awaiting_confirmation", "followed_up"])
def test_a_case_opens_for_the_desk_and_for_whoever_sent_it(nation: Loaded, state: str) -> None:
    case = Case.objects.filter(state=state).latest("pk")
    readers = [User.objects.get(username=DESK), *filter(None, [case.submitter])]
    for user in readers:
        assert browser_of(user).get(f"/cases/{case.number}/", follow=True).status_code == 200


def test_the_desk_of_an_institution_opens_with_its_referrals(nation: Loaded) -> None:
    referral = Referral.objects.filter(state="in_progress").latest("pk")
    browser = browser_of(referral.institution.memberships.get().user)
    assert browser.get("/delivery/").status_code == 200
    assert browser.get(f"/delivery/{referral.pk}/").status_code == 200


def test_a_week_of_an_instrument_shows_its_bookings(nation: Loaded) -> None:
    booking = Booking.objects.filter(state="completed").latest("span")
    day = timezone.localtime(booking.begins).replace(hour=0, minute=0)
    monday = day - timedelta(days=day.weekday())
    span = {"start": monday.isoformat(), "end": (monday + timedelta(days=7)).isoformat()}
    answer = browser_of(User.objects.get(username=DESK)).get(
        f"/boards/labs/equipment/{booking.equipment_id}/times/", span
    )
    assert answer.status_code == 200
    assert answer.json()
