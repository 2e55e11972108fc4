"""The pages: what each side sees, what it may send, and what a page costs."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client

from portal import by_due
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from services.cases.models import Case
from services.rectification import actions, appeals
from services.rectification.models import Appeal, RatingReply, Rectification
from tests.factories import NOW, make_need, make_rating, make_referral, make_user
from tests.people import browser_of
from tests.portal.files.corpus import PDF, upload
from tests.services.rectification.rows import (
    LATER,
    MAKERS,
    REPLY,
    Sides,
    fresh,
    make_answer,
    make_asked,
    make_handed,
    make_opened,
    make_replied,
    make_sides,
    make_unsettled,
    rating_of,
    token_of,
)

pytestmark = pytest.mark.django_db
LIST, OURS, APPEALS = "/rectification/", "/rectification/ours/", "/rectification/appeals/"
KEYS = count()
DONE_ON = REPLY["done_on"].isoformat()
SECRET = "报告晚了两周"


def send(user: User, path: str, **said: Any) -> Any:
    return browser_of(user).post(path, {"idempotency_key": f"key-{next(KEYS)}-{path}", **said})


def text(answer: Any) -> str:
    return str(answer.content.decode())


# Lists


def test_the_desk_sees_first_what_is_to_be_done_and_each_tab_its_own() -> None:
    sides, row = make_opened()
    _others, handed = make_handed()
    page = browser_of(sides.caller).get(LIST)
    assert row.case.number in text(page)
    assert handed.case.number not in text(page)
    page = browser_of(sides.caller).get(f"{LIST}?tab=called_back")
    assert handed.case.number in text(page)
    assert "Nothing to do here" in text(browser_of(sides.caller).get(f"{LIST}?tab=closed"))


def test_the_most_urgent_stands_first_and_the_list_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(by_due.page.__kwdefaults__, "size", 2)
    sides, first = make_opened()
    for days in range(2):
        _more, row = make_opened(make_sides())
        Rectification.objects.filter(pk=row.pk).update(due_at=LATER + timedelta(days=30 - days))
    browser = browser_of(sides.caller)
    page = browser.get(LIST)
    assert page.context["page"].rows[0] == first
    assert len(page.context["page"].rows) == 2
    following = browser.get(LIST, {"after": page.context["page"].more})
    assert len(following.context["page"].rows) == 1


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "who", "queries"), [(LIST, "caller", 6), (OURS, "provider", 6), (f"{OURS}?tab=ratings", "provider", 6)]
)
def test_a_list_costs_the_same_for_one_row_and_for_three(
    path: str, who: str, queries: int, number: int, django_assert_num_queries: Any
) -> None:
    sides, _row = make_handed() if who == "provider" else make_opened()
    for _ in range(number - 1):
        _one_more(sides, handed=who == "provider")
    browser = browser_of(getattr(sides, who))
    browser.get(path)
    with django_assert_num_queries(queries):
        assert len(browser.get(path).context["page"].rows) == number


def _one_more(sides: Sides, *, handed: bool) -> None:
    """Another unhappy answer about the same institution."""
    need = make_need(Case.objects.get(pk=sides.case.pk), by=sides.handler)
    referral = make_referral(need, sides.referral.institution, state="confirmed", by=sides.handler)
    again = Sides(sides.owner, sides.provider, sides.handler, sides.caller, sides.lead, referral)
    _again, row = make_opened(again)
    if handed:
        actions.call_back(row, by=sides.caller, now=LATER, outcome="confirmed", text="x")


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_appeals_costs_the_same_for_one_row_and_for_three(
    number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        sides = make_sides()
        make_answer(sides)
        appeals.lodge(rating_of(sides), by=sides.provider, now=LATER, reason="x")
    browser = browser_of(make_user(Role.APPEALS_OFFICER))
    browser.get(APPEALS)
    with django_assert_num_queries(6):
        assert len(browser.get(APPEALS).context["page"].rows) == number


# One page, each side its own step


TURN = {
    "opened": "caller",
    "called_back": "provider",
    "replied": "caller",
    "re_asked": "owner",
    "unsettled": "lead",
}


@pytest.mark.parametrize("state", sorted(MAKERS))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_gives_its_form_to_whose_turn_it_is(state: str, language: str) -> None:
    sides, row = MAKERS[state]()
    browser = browser_of(getattr(sides, TURN[state]))
    page = browser.get(row.get_absolute_url(), headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.context["form"] is not None
    handler = browser_of(sides.handler).get(row.get_absolute_url())
    assert handler.context["form"] is None


def test_the_institution_reads_what_is_to_be_put_right_but_not_what_was_not_passed_on() -> None:
    sides, row = make_opened()
    provider = browser_of(sides.provider)
    assert provider.get(row.get_absolute_url()).status_code == 404
    actions.call_back(row, by=sides.caller, now=LATER, outcome="confirmed", text="请重新出具报告", note="内部备注")
    page = text(provider.get(row.get_absolute_url()))
    assert "请重新出具报告" in page
    assert SECRET not in page
    assert "内部备注" not in page
    assert SECRET in text(browser_of(sides.owner).get(row.get_absolute_url()))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_one_round_and_for_three(number: int, django_assert_num_queries: Any) -> None:
    sides, row = make_handed()
    for again in range(number):
        file = upload(f"{again}.pdf", PDF)
        send(
            sides.provider,
            f"{row.get_absolute_url()}reply/",
            attachments=[file],
            cause="x",
            measures="x",
            done_on=DONE_ON,
        )
        if again < number - 1:
            row.rounds.filter(number=again + 1).update(verdict="again", judged_at=NOW)
            row.rounds.create(number=again + 2, text="x", opened_at=LATER)
            Rectification.objects.filter(pk=row.pk).update(state="called_back")
    browser = browser_of(sides.lead)
    browser.get(row.get_absolute_url())
    with django_assert_num_queries(11):
        browser.get(row.get_absolute_url())
    assert row.rounds.count() == number


# Sending


def test_the_whole_way_by_the_pages() -> None:
    sides, row = make_opened()
    here = row.get_absolute_url()
    send(sides.caller, f"{here}call/", outcome="confirmed", text="请重新出具报告", version=row.version)
    file = upload("plan.pdf", PDF)
    send(sides.provider, f"{here}reply/", cause="登记错误", measures="已更换", done_on=DONE_ON, attachments=[file])
    assert fresh(row).rounds.get().papers.count() == 1
    send(sides.caller, f"{here}ask/")
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    link = f"/rectification/s/{token_of(row)}/"
    assert "已更换" in text(browser.get(link))
    assert fresh(row).state == "re_asked"
    assert browser.post(link, {"verdict": "satisfied", "said": "好了"})["Location"] == "/rectification/thanks/"
    assert fresh(row).state == "closed"
    assert browser.get(link).status_code == 410
    assert "Thank you" in text(browser.get("/rectification/thanks/"))


@pytest.mark.parametrize(
    ("make", "who", "step", "said", "words"),
    [
        (make_opened, "caller", "call", {}, "This field is required"),
        (make_opened, "caller", "call", {"outcome": "confirmed"}, "Say what is to be put right"),
        (make_opened, "caller", "call", {"outcome": "misunderstanding"}, "what the misunderstanding was"),
        (make_handed, "provider", "reply", {"cause": "kept"}, "kept"),
        (make_handed, "provider", "reply", {**REPLY, "done_on": "2999-01-01"}, "this day is in the future"),
        (make_replied, "caller", "check", {"verdict": "again"}, "Say what is still missing"),
        (make_asked, "owner", "answer", {"verdict": "reopen"}, "Say why"),
        (make_unsettled, "lead", "decide", {"again": "yes"}, "This field is required"),
    ],
)
def test_what_cannot_be_taken_says_why_and_changes_nothing(
    make: Any, who: str, step: str, said: dict[str, Any], words: str
) -> None:
    sides, row = make()
    answer = send(getattr(sides, who), f"{row.get_absolute_url()}{step}/", **said)
    assert answer.status_code == 422
    assert words in text(answer)
    assert fresh(row).version == row.version


def test_an_enterprise_that_cannot_be_reached_is_tried_again() -> None:
    sides, row = make_replied()
    assert send(sides.caller, f"{row.get_absolute_url()}check/", verdict="not_reached").status_code == 302
    assert send(sides.caller, f"{row.get_absolute_url()}check/", verdict="satisfied", note="x").status_code == 409
    assert fresh(row).state == "replied"


def test_the_lead_decides_on_the_page() -> None:
    sides, row = make_unsettled()
    send(sides.lead, f"{row.get_absolute_url()}decide/", again="no", reason="已退费")
    assert (fresh(row).state, fresh(row).reason) == ("closed", "已退费")


def test_the_case_tells_the_enterprise_that_somebody_takes_care() -> None:
    sides, row = make_opened()
    page = text(browser_of(sides.owner).get(row.case.get_absolute_url()))
    assert "We are taking care of it" in page
    assert row.get_absolute_url() in page
    stranger = make_user()
    assert browser_of(stranger).get(row.get_absolute_url()).status_code == 404


def test_a_link_that_never_was_says_how_to_get_on() -> None:
    answer = Client(HTTP_ACCEPT_LANGUAGE="en").get("/rectification/s/nothing/")
    assert (answer.status_code, "This link is not complete" in text(answer)) == (404, True)


# Ratings and appeals


def test_the_institution_replies_and_appeals_and_the_officer_decides_on_the_pages() -> None:
    sides, judge = make_sides(), make_user(Role.APPEALS_OFFICER)
    make_answer(sides, grade=2, now=NOW)
    rating = rating_of(sides)
    here = f"/rectification/ratings/{rating.pk}/"
    page = browser_of(sides.provider).get(here)
    assert SECRET not in text(page)
    send(sides.provider, f"{here}reply/", text="感谢意见")
    send(sides.provider, f"{here}appeal/", reason="有签收单", attachments=[upload("receipt.pdf", PDF)])
    appeal = Appeal.objects.get()
    assert (RatingReply.objects.get().text, appeal.reason, appeal.papers.count()) == ("感谢意见", "有签收单", 1)
    assert "receipt.pdf" in text(browser_of(judge).get(appeal.get_absolute_url()))
    assert sides.case.number in text(browser_of(judge).get(APPEALS))
    send(judge, f"{appeal.get_absolute_url()}decide/", uphold="yes", decision="证据充分")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.decided_by) == ("upheld", judge)
    assert "证据充分" in text(browser_of(sides.provider).get(here))
    assert sides.case.number in text(browser_of(judge).get(f"{APPEALS}?tab=over"))


def test_an_involved_officer_reads_that_somebody_else_decides() -> None:
    sides, judge = make_sides(), make_user(Role.APPEALS_OFFICER)
    make_answer(sides)
    appeal = appeals.lodge(rating_of(sides), by=sides.provider, now=LATER, reason="x")
    sides.referral.institution.memberships.create(user=judge)
    page = browser_of(judge).get(appeal.get_absolute_url())
    assert "another appeals officer decides" in text(page)
    answer = send(judge, f"{appeal.get_absolute_url()}decide/", uphold="no", decision="x")
    assert answer.status_code == 403


@pytest.mark.parametrize(("step", "said"), [("reply", {}), ("appeal", {"reason": ""})])
def test_an_empty_reply_or_appeal_is_none(step: str, said: dict[str, str]) -> None:
    sides = make_sides()
    make_answer(sides)
    answer = send(sides.provider, f"/rectification/ratings/{rating_of(sides).pk}/{step}/", **said)
    assert answer.status_code == 422
    assert not Appeal.objects.exists()


def test_the_rating_of_another_institution_is_not_found() -> None:
    sides, rival = make_sides(), make_sides()
    rating = make_rating(rival.referral.institution, referral_ref=rival.referral.pk)
    assert browser_of(sides.provider).get(f"/rectification/ratings/{rating.pk}/").status_code == 404
    assert browser_of(rival.provider).get(f"/rectification/ratings/{rating.pk}/").status_code == 200


def test_each_look_at_whom_to_call_is_recorded() -> None:
    sides, row = make_opened()
    for who in (sides.caller, sides.owner):
        browser_of(who).get(row.get_absolute_url())
    entry = AuditEntry.objects.get(verb="looked_at_contact")
    assert (entry.user, entry.subject) == (sides.caller, f"case:{row.case_id}")
