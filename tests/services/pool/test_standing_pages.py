"""The pages of standing and appraisal: what each reader sees, what is refused, and what each list costs."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.roles import Role
from services.pool import quarters
from services.pool.actions import appraising, deciding
from services.pool.models import Appraisal, StandingProposal
from tests.factories import NOW, make_institution, make_rating, make_referral, make_user
from tests.people import browser_of
from tests.portal.files.corpus import PDF, upload
from tests.services.pool.standing_rows import make_appealed, make_carried, make_proposed, make_signing

pytestmark = pytest.mark.django_db
LIST, INSTITUTIONS, APPEALS, APPRAISALS, PROPOSAL, OWN = 5, 5, 5, 5, 8, 10
"""Queries of each page, however many rows it has."""


def text(answer: Any) -> str:
    return answer.content.decode()


def desk(role: str = Role.CURATOR) -> Client:
    return browser_of(make_user(role))


def make_sheets(count: int = 1) -> list[Appraisal]:
    quarter = quarters.last_ended(NOW)
    for number in range(count):
        institution = make_institution(name_zh=f"=检测{number}", name_en=f"=Lab {number}")
        type(institution).objects.filter(pk=institution.pk).update(created_at=quarter.begins)
        make_rating(institution, grade=1, rated_at=quarter.ends - timedelta(seconds=1))
        make_rating(institution, grade=5, rated_at=quarter.ends)
        make_referral(institution=institution, state="declined", now=quarter.begins)
    appraising.make(NOW)
    return list(Appraisal.objects.filter(institution__name_zh__startswith="=").order_by("pk"))


# The way


def test_from_the_proposal_to_the_upheld_appeal_with_browsers() -> None:
    provider = make_user(Role.PROVIDER)
    proposal = make_proposed(provider, standing="probation")
    curator, lead, own = desk(), desk(Role.CENTRE_LEAD), browser_of(provider)
    address = proposal.get_absolute_url()
    page = text(curator.get(address))
    assert ("3 of 4 enterprises dissatisfied (75 %)" in page, "Very dissatisfied" in page) == (True, True)
    assert lead.get(address).status_code == 404, "what one may decide alone is not the lead's yet"

    curator.post(reverse("pool:decide_standing", args=[proposal.pk]), {"carry": "yes", "reason": "多次不满意"})
    assert "Another curator or a centre lead has to sign" in text(curator.get(address))
    assert proposal.institution.name in text(lead.get(reverse("pool:standing")))
    home = reverse("pool:own_standing", args=[proposal.institution_id])
    assert ("What the centre intends" in text(own.get(home)), "Lodge the appeal" in text(own.get(home))) == (
        True,
        False,
    )
    own.post(
        reverse("pool:reply_standing", args=[proposal.pk]),
        {"text": "已整改", "attachments": [upload("plan.pdf", PDF)]},
    )
    assert ("已整改" in text(lead.get(address)), "plan.pdf" in text(lead.get(address))) == (True, True)
    lead.post(reverse("pool:sign_standing", args=[proposal.pk]), {"agree": "yes", "note": "同意"})
    assert "Suspended" in text(own.get(home))

    own.post(reverse("pool:appeal_standing", args=[proposal.pk]), {"reason": "评价有误"})
    officer = desk(Role.APPEALS_OFFICER)
    assert proposal.institution.name in text(officer.get(reverse("pool:standing_appeals")))
    appeal = StandingProposal.objects.get().appeal
    officer.post(reverse("pool:rule_standing", args=[appeal.pk]), {"uphold": "yes", "decision": "评价已撤销"})
    page = text(own.get(home))
    assert ("On probation" in page, "Upheld" in page) == (True, True)


def test_the_first_hand_is_refused_the_second_signature() -> None:
    """The button is not there; and whoever sends it all the same is refused."""
    curator = make_user(Role.CURATOR)
    proposal = make_signing(by=curator)
    answer = browser_of(curator).post(reverse("pool:sign_standing", args=[proposal.pk]), {"agree": "yes", "note": "x"})
    proposal.refresh_from_db()
    assert (answer.status_code, proposal.state) == (403, "signing")


def test_a_curator_takes_a_step_by_hand_on_the_page_of_the_institution() -> None:
    institution = make_institution(standing="suspended")
    browser, address = desk(), reverse("pool:history", args=[institution.pk])
    assert "Takes effect after a second signature: Removed." in text(browser.get(address))
    assert browser.post(address, {"target": "active", "reason": "x"}).status_code == 422
    browser.post(address, {"target": "removed", "reason": "停业"})
    assert StandingProposal.objects.get().state == "signing"
    auditor = desk(Role.AUDITOR)
    assert "New standing" not in text(auditor.get(address))
    auditor.post(address, {"target": "probation", "reason": "x"})
    assert StandingProposal.objects.count() == 1


# Bad input and foreign rows


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("decide_standing", {"carry": "yes", "reason": " "}),
        ("decide_standing", {"reason": "x"}),
        ("sign_standing", {"agree": "perhaps", "note": "x"}),
    ],
)
def test_a_decision_without_words_or_choice_is_shown_again(route: str, body: dict[str, str]) -> None:
    proposal = make_proposed()
    answer = desk().post(reverse(f"pool:{route}", args=[proposal.pk]), body)
    proposal.refresh_from_db()
    assert (answer.status_code, proposal.state) == (422, "open")


def test_an_institution_sees_nothing_of_others_and_nothing_it_was_not_told_of() -> None:
    provider, stranger = make_user(Role.PROVIDER), make_user(Role.PROVIDER)
    make_institution(stranger)
    proposal = make_proposed(provider)
    own = browser_of(provider)
    assert "多次不满意" not in text(own.get(reverse("pool:own_standing", args=[proposal.institution_id])))
    assert own.post(reverse("pool:reply_standing", args=[proposal.pk]), {"text": "x"}).status_code == 404
    deciding.decide(proposal, carry=True, reason="多次不满意", by=make_user(Role.CURATOR), now=timezone.now())
    other = browser_of(stranger)
    pages = [
        reverse("pool:own_standing", args=[proposal.institution_id]),
        reverse("pool:standing_paper", args=[proposal.pk, 1]),
    ]
    assert [other.get(page).status_code for page in pages] == [404, 404]
    assert "多次不满意" in text(own.get(pages[0]))


def test_the_words_and_names_of_enterprises_do_not_reach_the_institution() -> None:
    provider = make_user(Role.PROVIDER)
    proposal = make_carried(provider)
    make_rating(proposal.institution, grade=1, comment="金丝雀的话")
    page = text(browser_of(provider).get(reverse("pool:own_standing", args=[proposal.institution_id])))
    assert ("Very dissatisfied" in page, "金丝雀" in page) == (True, False)


def test_an_earlier_decision_can_still_be_appealed_while_another_is_intended() -> None:
    provider = make_user(Role.PROVIDER)
    first = make_carried(provider)
    institution = first.institution
    now = timezone.now()
    StandingProposal.objects.update(appeal_until=now + timedelta(days=5))
    deciding.by_hand(institution, "suspended", reason="x", by=make_user(Role.CURATOR), now=now)
    own, home = browser_of(provider), reverse("pool:own_standing", args=[institution.pk])
    page = text(own.get(home))
    assert (f"?decision={first.pk}" in page, "Lodge the appeal" in page) == (True, False)
    assert "Lodge the appeal" in text(own.get(f"{home}?decision={first.pk}"))


# The sheets


def test_a_sheet_holds_what_happened_in_its_quarter_and_is_made_once() -> None:
    [sheet] = make_sheets()
    assert sheet.quarter == "2026Q3"
    figures = sheet.figures
    assert {name: figures[name] for name in ("offered", "declined", "answers", "negative", "standing")} == {
        "offered": 1,
        "declined": 1,
        "answers": 1,
        "negative": 1,
        "standing": "active",
    }
    assert (figures["score_n"], figures["score_rate"]) == (2, 100), "no score without who was asked"
    assert appraising.make(NOW) == 0


def test_a_sheet_is_worded_once_and_then_read_by_the_institution() -> None:
    [sheet] = make_sheets()
    provider = make_user(Role.PROVIDER)
    sheet.institution.memberships.create(user=provider)
    own, curator = browser_of(provider), desk()
    assert own.get(sheet.get_absolute_url()).status_code == 404
    said = {"grade": "fair", "words": "答复偏慢"}
    assert curator.post(reverse("pool:appraise", args=[sheet.pk]), {"grade": "fair"}).status_code == 422
    assert curator.post(reverse("pool:appraise", args=[sheet.pk]), said).status_code == 302
    assert curator.post(reverse("pool:appraise", args=[sheet.pk]), {**said, "words": "x"}).status_code == 409
    assert "答复偏慢" in text(own.get(sheet.get_absolute_url()))


def test_a_quarter_is_taken_along_without_anything_that_runs() -> None:
    make_sheets(2)
    answer = desk().get(reverse("pool:export_appraisals", args=["2026Q3", "csv"]))
    header, *lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert (header[0], len(lines)) == ("Quarter", 2)
    assert not any(cell.startswith("=") for line in lines for cell in line)
    for wrong in ("2026Q5.csv", "0000Q1.csv", "2026Q3.pdf"):
        assert desk().get(f"/pool/desk/appraisals/{wrong}").status_code == 404


# What each page costs


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_with_one_row_and_three(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        make_appealed(make_user(Role.PROVIDER))
        make_proposed(standing="probation")
    make_sheets(rows)
    browser = desk()
    browser.get(reverse("pool:standing"))
    for name, queries in (
        ("standing", LIST),
        ("institutions", INSTITUTIONS),
        ("standing_appeals", APPEALS),
        ("appraisals", APPRAISALS),
    ):
        with django_assert_num_queries(queries):
            assert browser.get(reverse(f"pool:{name}")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_with_one_figure_row_and_three(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    provider = make_user(Role.PROVIDER)
    proposal = make_carried(provider, grades=(1,) * 3 * rows)
    curator, own = desk(), browser_of(provider)
    with django_assert_num_queries(PROPOSAL):
        curator.get(proposal.get_absolute_url())
    with django_assert_num_queries(OWN):
        own.get(reverse("pool:own_standing", args=[proposal.institution_id]))
