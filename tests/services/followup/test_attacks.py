"""What a stolen, guessed, replayed or merely fetched link can do: nothing that its owner would not want."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Attempt
from services.followup import actions
from services.followup.actions import Answer
from services.followup.models import FollowUp, SurveyAmendment, SurveyAnswer
from services.rectification import actions as rectification
from services.rectification.models import Rectification, Round
from tests.factories import make_user
from tests.services.followup.rows import LATER, at_once, make_asked, token_of
from tests.services.rectification import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(time_machine: Any) -> FollowUp:
    time_machine.move_to(LATER, tick=False)
    return make_asked()


def survey(row: FollowUp) -> str:
    return f"/followup/s/{token_of(row)}/"


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_a_scanner_that_fetches_a_link_answers_nothing(client: Client, asked: FollowUp, method: str) -> None:
    for _ in range(3):
        getattr(client, method)(survey(asked))
    asked.refresh_from_db()
    assert (asked.state, SurveyAnswer.objects.count()) == ("due", 0)


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_nor_does_one_that_fetches_the_link_of_a_check(client: Client, method: str, time_machine: Any) -> None:
    time_machine.move_to(rows.LATER)
    _sides, row = rows.make_asked()
    for _ in range(3):
        getattr(client, method)(f"/rectification/s/{rows.token_of(row)}/")
    row.refresh_from_db()
    assert (row.state, Round.objects.get().verdict) == ("re_asked", "")


def test_a_link_tells_nobody_else_where_it_was(client: Client, asked: FollowUp) -> None:
    """The page sends no address on, and no cache keeps it."""
    response = client.get(survey(asked))
    assert response["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert "no-store" in response["Cache-Control"]


def test_what_the_database_holds_opens_nothing(client: Client, asked: FollowUp) -> None:
    """Whoever has read the rows has the digest, and not the token."""
    asked.refresh_from_db()
    assert client.get(f"/followup/s/{asked.token_digest}/").status_code == 404


def test_the_link_of_a_survey_is_none_of_a_check_and_the_other_way_round(client: Client, asked: FollowUp) -> None:
    _sides, row = rows.make_asked()
    assert client.get(f"/rectification/s/{token_of(asked)}/").status_code == 404
    assert client.get(f"/followup/s/{rows.token_of(row)}/").status_code == 404


def test_an_answer_is_not_replayed_after_the_week(client: Client, asked: FollowUp, time_machine: Any) -> None:
    url, sent = survey(asked), {"grade": "5", "idempotency_key": "the-same-key-again"}
    assert client.post(url, sent).status_code == 302
    time_machine.move_to(LATER + timedelta(days=8))
    assert client.post(url, sent | {"amends": "1", "grade": "1", "idempotency_key": "another-key"}).status_code == 410
    assert client.post(url, sent).status_code in {302, 410}
    assert (SurveyAnswer.objects.get().grade, SurveyAmendment.objects.count()) == (5, 0)


def test_each_guess_at_the_api_counts_also_under_a_key(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept under a key is taken back with a refusal; the count of the guesses is not."""
    monkeypatch.setattr("services.followup.api.TRIES", 3)
    found = [
        client.post(
            f"/api/v1/surveys/{'A' * 42}{number}/",
            {"grade": 5},
            content_type="application/json",
            headers={"Idempotency-Key": f"guess-{number}-guess"},
        ).status_code
        for number in range(5)
    ]
    assert found == [404, 404, 404, 429, 429]
    assert Attempt.objects.get(door="survey").count >= 3


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_kept_and_the_other_has_to_look() -> None:
    row = make_asked()
    outcomes = at_once(
        2, lambda which: actions.answer(row, Answer(grade=1 + 4 * which), source="link", now=LATER, by=None)
    )
    assert sorted(outcomes) == ["AlreadyAnswered", "done"]
    assert (SurveyAnswer.objects.count(), SurveyAmendment.objects.count()) == (1, 0)


def test_a_clock_that_was_set_back_takes_an_answer_and_another_one() -> None:
    """Asked and answered while the clock ran a day ahead."""
    ahead, now = LATER + timedelta(days=1), LATER
    early, late = make_asked(now=ahead), make_asked(now=ahead)
    actions.answer(early, Answer(grade=5), source="link", now=now)
    actions.answer(late, Answer(grade=5), source="link", now=ahead)
    actions.amend(late, Answer(grade=4), source="link", now=now)
    answer = SurveyAnswer.objects.get(follow_up=late)
    assert (answer.grade, answer.amended_at) == (4, answer.answered_at)


# Whoever has a side does not answer for the other


@pytest.fixture
def while_it_is_open(time_machine: Any) -> None:
    time_machine.move_to(rows.LATER)


def _checked_by(client: Client, person: Any) -> tuple[int, str]:
    _sides, row = rows.make_asked()
    if person == "insider":
        person = make_user("enterprise")
        row.referral.institution.memberships.create(user=person)
    client.force_login(person)
    status = client.post(f"/rectification/s/{rows.token_of(row)}/", {"verdict": "satisfied"}).status_code
    row.refresh_from_db()
    return status, row.state


def test_signed_in_people_of_the_institution_and_the_centre_do_not_say_by_link_that_it_is_put_right(
    client: Client, while_it_is_open: None
) -> None:
    assert _checked_by(client, "insider") == (403, "re_asked")
    assert _checked_by(client, make_user("specialist")) == (403, "re_asked")


def test_without_the_check_the_institution_would_close_its_own_matter(
    client: Client, while_it_is_open: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above."""
    monkeypatch.setattr("services.rectification.people.check_enterprise", lambda row, user: None)
    assert _checked_by(client, "insider") == (302, "closed")


def test_who_took_a_step_of_the_case_neither_calls_nor_decides_about_it() -> None:
    """Not only whoever holds it today."""
    sides, row = rows.make_opened()
    former = make_user("specialist")
    sides.case.events.create(verb="triaged", audience="enterprise", person=former, at=rows.ANSWERED)
    with pytest.raises(rectification.people.SomebodyElseCalls):
        rectification.call_back(row, by=former, now=rows.LATER, outcome="confirmed", text="x")
    assert former.pk in rectification.people.involved(Rectification.objects.get().referral)
