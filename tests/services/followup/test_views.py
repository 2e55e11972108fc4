"""The survey by link and signed in, and the staff's list and calls, as browsers see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from experts.models import Rating
from portal.accounts.models import User
from portal.audit.models import AuditEntry
from services.followup import actions, codes
from services.followup.models import FollowUp, SurveyAmendment, SurveyAnswer
from tests.factories import make_station, make_user
from tests.portal.files.corpus import PDF, upload
from tests.services.followup.rows import make_asked, make_confirmed, make_planned, token_of

pytestmark = pytest.mark.django_db
SURVEY_QUERIES, LIST_QUERIES = 4, 6


@pytest.fixture
def asked() -> FollowUp:
    return make_asked(now=timezone.now())


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def link(row: FollowUp) -> str:
    return reverse("followup:survey", args=[token_of(row)])


def text(response: Any) -> str:
    return response.content.decode()


# By link


def test_the_link_shows_five_grades_with_none_chosen(english: Client, asked: FollowUp) -> None:
    response = english.get(link(asked))
    html = text(response)
    assert response.status_code == 200
    assert html.count('name="grade"') == 5
    assert "checked" not in html
    assert "no-store" in response["Cache-Control"]
    assert "<details" in html, "what is not asked first is folded away"
    for secret in (asked.case.contact_name, asked.case.contact_phone):
        assert secret not in html
    for said in (asked.case.number, asked.referral.institution.name, asked.referral.need.item.name, "Open until"):
        assert said in html


def test_looking_at_the_link_answers_nothing_however_often(english: Client, asked: FollowUp) -> None:
    for _ in range(20):
        english.get(link(asked))
        english.head(link(asked))
        english.get(link(asked) + "?grade=5&solved=yes")
    asked.refresh_from_db()
    assert (asked.state, Rating.objects.count()) == ("due", 0)


def test_sending_records_the_answer_and_thanks(english: Client, asked: FollowUp) -> None:
    response = english.post(
        link(asked), {"grade": "4", "solved": "no", "comment": "等了两天", "shares_comment": "on"}, follow=True
    )
    assert "Your answer has been recorded." in text(response)
    rating = Rating.objects.get()
    assert (rating.grade, rating.solved, rating.comment, rating.source) == (4, False, "等了两天", "link")


def test_the_second_question_may_stay_open(english: Client, asked: FollowUp) -> None:
    english.post(link(asked), {"grade": "3"})
    assert Rating.objects.get().solved is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "This field is required."),
        ({"grade": "6"}, "Select a valid choice."),
        ({"grade": "x", "comment": "kept"}, "Select a valid choice."),
        ({"grade": "5", "comment": "长" * 1001}, "at most 1000 characters"),
    ],
)
def test_an_answer_without_a_grade_is_none_and_keeps_what_was_typed(
    english: Client, asked: FollowUp, data: dict[str, str], message: str
) -> None:
    response = english.post(link(asked), data)
    assert response.status_code == 422
    assert message in text(response)
    assert data.get("comment", "") in text(response)
    assert not Rating.objects.exists()


def test_a_used_link_shows_the_answer_to_change_it(english: Client, asked: FollowUp) -> None:
    english.post(link(asked), {"grade": "5", "comment": "很快", "contacted": "no"})
    html = text(english.get(link(asked)))
    assert "Your answer can be changed until" in html
    assert html.count("checked") == 2
    assert "很快" in html
    answer = english.post(
        link(asked), {"grade": "2", "comment": "又坏了", "shares_comment": "on", "amends": "yes"}, follow=True
    )
    assert "Your changed answer has taken the place of the first." in text(answer)
    assert [(rating.grade, rating.comment) for rating in Rating.objects.all()] == [(2, "又坏了")]
    assert SurveyAmendment.objects.get().contacted is False


def test_who_has_not_seen_that_somebody_answered_is_shown_so_and_keeps_what_was_typed(
    english: Client, asked: FollowUp
) -> None:
    english.post(link(asked), {"grade": "5"})
    response = english.post(link(asked), {"grade": "1", "comment": "另一个人"})
    assert response.status_code == 409
    for words in ("Somebody has answered in the meantime.", "另一个人", 'name="amends"'):
        assert words in text(response)
    assert Rating.objects.get().grade == 5


def test_after_a_week_the_link_is_closed(english: Client, asked: FollowUp) -> None:
    english.post(link(asked), {"grade": "5"})
    SurveyAnswer.objects.update(answered_at=timezone.now() - timedelta(days=7))
    assert english.get(link(asked)).status_code == 410
    assert english.post(link(asked), {"grade": "1", "amends": "yes"}).status_code == 410
    assert Rating.objects.get().grade == 5


def test_everything_else_may_be_said_and_files_sent(english: Client, asked: FollowUp) -> None:
    english.post(
        link(asked),
        {
            "grade": "4",
            "solved": "partly",
            "contacted": "yes",
            "timeliness": "5",
            "attitude": "3",
            "price_clarity": "1",
            "recommend": "0",
            "papers": [upload("照片.pdf", PDF)],
        },
    )
    said = SurveyAnswer.objects.get()
    assert (said.solved, said.contacted, said.timeliness, said.attitude, said.price_clarity, said.recommend) == (
        "partly",
        True,
        5,
        3,
        1,
        0,
    )
    assert said.papers.get().attachment.display_name == "照片.pdf"


def test_a_file_that_is_not_taken_keeps_what_was_typed(english: Client, asked: FollowUp) -> None:
    response = english.post(link(asked), {"grade": "4", "comment": "见附件", "papers": [upload("x.exe", b"MZ")]})
    assert response.status_code == 422
    assert "见附件" in text(response)
    assert not SurveyAnswer.objects.exists()


def test_the_second_survey_asks_what_has_changed(english: Client) -> None:
    row = make_planned(rule="second")
    actions.ask([row.pk], now=timezone.now())
    html = text(english.get(link(row)))
    assert "What has become of it?" in html
    assert 'name="timeliness"' not in html
    english.post(link(row), {"grade": "4", "changed": "退货减少", "benefit": "12000"})
    said = SurveyAnswer.objects.get()
    assert (said.changed, said.benefit) == ("退货减少", 12000)
    assert not Rating.objects.exists()
    assert english.post(link(row), {"grade": "4", "benefit": "-1", "amends": "yes"}).status_code == 422


def test_the_survey_speaks_chinese(client: Client, asked: FollowUp) -> None:
    html = text(client.get(link(asked)))
    for words in ("非常满意", "再多说几句", "基本满意"):
        assert words in html


def test_the_same_form_sent_twice_is_one_answer_and_both_are_thanked(english: Client, asked: FollowUp) -> None:
    data = {"grade": "5", "idempotency_key": "form-key-0001"}
    first, second = english.post(link(asked), data), english.post(link(asked), data)
    assert first["Location"] == second["Location"] == reverse("followup:thanks")
    assert Rating.objects.count() == 1


def test_a_closed_link_says_how_to_get_on(english: Client, asked: FollowUp) -> None:
    FollowUp.objects.filter(pk=asked.pk).update(closes_at=timezone.now())
    response = english.get(link(asked))
    assert response.status_code == 410
    assert "A link is open for 14 days" in text(response)
    assert english.post(link(asked), {"grade": "5"}).status_code == 410
    assert not Rating.objects.exists()


@pytest.mark.parametrize("token", ["x", "A" * 43, "测试", "A" * 500, "%00"])
def test_a_wrong_link_says_how_to_get_on(english: Client, token: str) -> None:
    response = english.get(f"/followup/s/{token}/")
    assert response.status_code in {400, 404}
    if response.status_code == 404:
        assert "sign in and answer from your case" in text(response)


def test_who_works_for_the_centre_or_the_institution_does_not_answer_by_link(client: Client, asked: FollowUp) -> None:
    insider = make_user("enterprise")
    asked.referral.institution.memberships.create(user=insider)
    for person in (make_user("specialist"), asked.referral.handler, insider):
        client.force_login(person)
        assert client.post(link(asked), {"grade": "5"}).status_code == 403
    assert not Rating.objects.exists()


def test_too_many_tries_from_one_network_are_held_up(english: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.followup.views.TRIES", 3)
    statuses = [english.get(f"/followup/s/{'A' * 40}{number}/").status_code for number in range(5)]
    assert statuses == [404, 404, 404, 429, 429]


def test_the_survey_is_answered_in_chinese(client: Client, asked: FollowUp) -> None:
    client.cookies["django_language"] = "zh-hans"
    assert asked.referral.need.item.name_zh in text(client.get(link(asked)))


def test_the_survey_takes_few_queries(client: Client, asked: FollowUp, django_assert_num_queries: Any) -> None:
    url = link(asked)
    client.get(url)
    with django_assert_num_queries(SURVEY_QUERIES):
        client.get(url)


# Signed in


def test_the_enterprise_answers_from_its_account(client: Client, asked: FollowUp) -> None:
    client.force_login(asked.case.submitter)
    url = reverse("followup:own", args=[asked.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"grade": "2"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("completed", asked.case.submitter)
    assert Rating.objects.get().source == "account"
    assert client.post(url, {"grade": "4", "amends": "yes"}).status_code == 302
    assert Rating.objects.get().grade == 4
    SurveyAnswer.objects.update(answered_at=timezone.now() - timedelta(days=7))
    assert client.get(url).status_code == 410


def test_a_closed_link_can_still_be_answered_from_the_account(client: Client, asked: FollowUp) -> None:
    FollowUp.objects.filter(pk=asked.pk).update(closes_at=timezone.now())
    client.force_login(asked.case.submitter)
    assert client.post(reverse("followup:own", args=[asked.pk]), {"grade": "5"}).status_code == 302


def test_what_was_not_asked_yet_or_is_somebody_elses_is_not_there(client: Client, asked: FollowUp) -> None:
    planned = make_planned()
    client.force_login(planned.case.submitter)
    assert client.get(reverse("followup:own", args=[planned.pk])).status_code == 404
    assert client.get(reverse("followup:own", args=[asked.pk])).status_code == 404
    assert client.post(reverse("followup:own", args=[asked.pk]), {"grade": "1"}).status_code == 404
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [("specialist", 403), ("provider", 403), ("curator", 403), ("auditor", 403)]
)
def test_the_account_page_is_for_enterprises(client: Client, asked: FollowUp, role: str, status: int) -> None:
    client.force_login(make_user(role))
    assert client.get(reverse("followup:own", args=[asked.pk])).status_code == status


# Staff


@pytest.fixture
def caller() -> User:
    return make_user("specialist")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("specialist", 200),
        ("team_lead", 200),
        ("enterprise", 403),
        ("provider", 403),
        ("expert", 403),
        ("curator", 403),
        ("caller", 200),
        ("auditor", 403),
        ("administrator", 403),
    ],
)
def test_list_and_calls_are_for_the_desk(client: Client, asked: FollowUp, role: str, status: int) -> None:
    client.force_login(make_user(role))
    assert client.get(reverse("followup:list")).status_code == status
    assert client.get(reverse("followup:call", args=[asked.pk])).status_code == status
    waived = client.post(reverse("followup:waive", args=[asked.pk]), {"reason": ""}).status_code
    assert waived == (422 if role == "team_lead" else 403)


def test_the_list_shows_what_waits_what_is_late_what_is_planned_and_what_is_over(english: Client, caller: User) -> None:
    waiting, late, over = (make_asked(now=timezone.now()) for _ in range(3))
    planned = make_planned()
    FollowUp.objects.filter(pk=late.pk).update(call_at=timezone.now())
    FollowUp.objects.filter(rule="second").delete()
    actions.waive(over, by=make_user("team_lead"), now=timezone.now(), reason="重复")
    english.force_login(caller)
    shown = {
        show: {row.pk for row in english.get(reverse("followup:list"), {"show": show}).context["page"].rows}
        for show in ("", "open", "call", "planned", "over", "nonsense")
    }
    assert shown == {
        "": {late.pk},
        "open": {waiting.pk, late.pk},
        "call": {late.pk},
        "planned": {planned.pk},
        "over": {over.pk},
        "nonsense": {late.pk},
    }
    board = {"show": "open", "board": waiting.referral.need.board_id}
    assert len(english.get(reverse("followup:list"), board).context["page"].rows) == 2


def test_the_list_of_another_station_is_empty(client: Client, asked: FollowUp) -> None:
    client.force_login(make_user("specialist", station=make_station(parent=make_station())))
    assert client.get(reverse("followup:list")).context["page"].rows == []
    assert client.get(reverse("followup:call", args=[asked.pk])).status_code == 404
    assert client.post(reverse("followup:call", args=[asked.pk]), {"outcome": "later"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    client: Client, caller: User, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        make_asked(now=timezone.now())
    FollowUp.objects.update(call_at=timezone.now())
    client.force_login(caller)
    client.get(reverse("followup:list"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("followup:list"))


def test_the_call_list_goes_by_the_best_time_and_leaves_out_what_one_had_a_hand_in(client: Client) -> None:
    now = timezone.now()
    first, second, third = (make_asked(now=now) for _ in range(3))
    for row, hours in ((second, 3), (first, 2), (third, 1)):
        FollowUp.objects.filter(pk=row.pk).update(call_at=now - timedelta(hours=hours))
    client.force_login(third.referral.handler)
    rows = client.get(reverse("followup:list")).context["page"].rows
    mine = {row.pk for row in (first, second, third) if third.referral.handler_id in {row.referral.handler_id}}
    assert [row.pk for row in rows] == [pk for pk in (second.pk, first.pk, third.pk) if pk not in mine]


def test_after_a_call_the_next_one_is_there(english: Client, caller: User) -> None:
    now = timezone.now()
    first, second = make_asked(now=now), make_asked(now=now)
    FollowUp.objects.update(call_at=now)
    english.force_login(caller)
    answered = {"outcome": "answered", "channel": "phone", "grade": "5"}
    then = english.post(reverse("followup:call", args=[first.pk]), answered)
    assert then["Location"] == reverse("followup:call", args=[second.pk])
    then = english.post(reverse("followup:call", args=[second.pk]), answered)
    assert then["Location"] == reverse("followup:list")


def test_a_wish_to_be_called_later_lies_ahead(english: Client, asked: FollowUp, caller: User) -> None:
    english.force_login(caller)
    url, later = reverse("followup:call", args=[asked.pk]), {"outcome": "later", "channel": "phone"}
    assert english.post(url, {**later, "wished_at": "2020-01-01T10:00"}).status_code == 422
    wish = timezone.localtime() + timedelta(days=2)
    assert english.post(url, {**later, "wished_at": f"{wish:%Y-%m-%dT%H:%M}"}).status_code == 302
    asked.refresh_from_db()
    assert asked.call_at == wish.replace(second=0, microsecond=0)


def test_the_slip_shows_the_code_of_the_very_link_that_was_sent_and_says_on_record_to_whom(
    english: Client, asked: FollowUp, caller: User
) -> None:
    english.force_login(caller)
    url = reverse("followup:slip", args=[asked.pk])
    html = text(english.get(url))
    sent = f"http://testserver{link(asked)}"
    assert codes.of(sent).outline in html
    assert asked.case.number in html
    assert english.get(url).status_code == 200
    assert AuditEntry.objects.about(asked).filter(user=caller).count() == 2
    english.force_login(asked.referral.handler)
    assert english.get(url).status_code == 403


def test_who_works_here_does_not_answer_by_the_link_either(english: Client, asked: FollowUp, caller: User) -> None:
    english.force_login(caller)
    assert english.post(link(asked), {"grade": "5"}).status_code == 403
    assert not SurveyAnswer.objects.exists()


def test_a_call_with_an_answer_is_recorded(english: Client, asked: FollowUp, caller: User) -> None:
    english.force_login(caller)
    url = reverse("followup:call", args=[asked.pk])
    assert asked.case.contact_phone in text(english.get(url))
    data = {
        "outcome": "answered",
        "channel": "phone",
        "grade": "5",
        "solved": "yes",
        "comment": "满意",
        "note": "周五来电",
    }
    assert english.post(url, data).status_code == 302
    assert Rating.objects.get().source == "spoken"
    assert [(one.outcome, one.note) for one in asked.tries.filter(channel="phone")] == [("answered", "周五来电")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "This field is required."),
        ({"outcome": "answered", "channel": "phone"}, "Choose the grade that the enterprise gave."),
        ({"outcome": "sent", "channel": "phone"}, "Select a valid choice."),
    ],
)
def test_a_call_without_its_facts_is_not_recorded(
    english: Client, asked: FollowUp, caller: User, data: dict[str, str], message: str
) -> None:
    english.force_login(caller)
    response = english.post(reverse("followup:call", args=[asked.pk]), data)
    assert response.status_code == 422
    assert message in text(response)
    asked.refresh_from_db()
    assert asked.attempts == 0


def test_the_handler_sees_that_a_colleague_has_to_call(english: Client, asked: FollowUp) -> None:
    english.force_login(asked.referral.handler)
    url = reverse("followup:call", args=[asked.pk])
    html = text(english.get(url))
    assert "A colleague has to ask" in html
    assert asked.case.contact_phone not in html
    assert english.post(url, {"outcome": "answered", "channel": "phone", "grade": "5"}).status_code == 403
    assert not Rating.objects.exists()


def test_staff_read_what_was_answered(english: Client, asked: FollowUp, caller: User) -> None:
    actions.answer(asked, actions.Answer(2, solved="no", comment="报告有错"), source="link", now=timezone.now())
    english.force_login(caller)
    html = text(english.get(reverse("followup:call", args=[asked.pk])))
    for words in ("Dissatisfied", "报告有错", "By link", "This follow-up is over."):
        assert words in html


def test_a_lead_waives_with_a_reason(english: Client, asked: FollowUp) -> None:
    english.force_login(make_user("team_lead"))
    assert english.post(reverse("followup:waive", args=[asked.pk]), {"reason": "企业注销"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("waived", "企业注销")
    assert english.post(reverse("followup:waive", args=[asked.pk]), {"reason": "again"}).status_code == 409


def test_a_call_about_something_over_is_a_conflict(english: Client, asked: FollowUp, caller: User) -> None:
    english.force_login(caller)
    FollowUp.objects.update(state="waived", reason="x", completed_at=timezone.now() - timedelta(days=1))
    assert (
        english.post(
            reverse("followup:call", args=[asked.pk]), {"outcome": "not_reached", "channel": "phone"}
        ).status_code
        == 409
    )


def test_the_admin_site_shows_follow_ups_and_changes_nothing(client: Client, asked: FollowUp) -> None:
    make_confirmed()
    client.force_login(make_user("curator"))
    assert client.get(reverse("admin:followup_followup_changelist")).status_code == 200
    page = reverse("admin:followup_followup_change", args=[asked.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"state": "waived"}).status_code == 403


def test_each_look_at_whom_to_call_is_recorded(client: Client, asked: FollowUp, caller: User) -> None:
    client.force_login(caller)
    page = client.get(reverse("followup:call", args=[asked.pk])).content.decode()
    entry = AuditEntry.objects.get(verb="looked_at_contact")
    assert (entry.user, entry.subject, asked.case.contact_name in page) == (caller, f"case:{asked.case_id}", True)
