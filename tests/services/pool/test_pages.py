"""The pages of the pool: the whole way with a browser, who may, what is refused, and what each list costs."""

import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from experts import loading as experts_loading
from experts.models import Credential, Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.catalogue import indexing
from services.catalogue.models import ServiceItem
from services.pool.actions import applying, reviewing
from services.pool.models import Application, ReviewPoint
from services.routing import actions as routing
from services.routing import corrections
from tests.factories import (
    NOW,
    PASSWORD,
    days_ago,
    make_capability,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_region,
    make_user,
)
from tests.people import browser_of
from tests.portal.files.corpus import PDF, upload
from tests.services.pool.rows import (
    NUMBER,
    PROFILE,
    days,
    make_applicant,
    make_curator,
    make_draft,
    make_reviewed,
    make_sent,
    make_type,
    review_all,
)

pytestmark = pytest.mark.django_db
QUEUE, CREDENTIALS, STALE, CORRECTIONS, SCREEN, MINE = 5, 5, 6, 5, 21, 13
"""Queries of each page, however many rows it has."""


def text(answer: Any) -> str:
    return answer.content.decode()


def held(**fields: Any) -> dict[str, Any]:
    said = {
        "type": make_type().pk,
        "number": NUMBER,
        "valid_from": "2026-01-01",
        "valid_to": "2031-12-31",
        "scope": "陶瓷砖\t吸水率\tGB/T 3810.3\n水嘴 | 密封性能 | GB 18145 | 0.05–1.6 MPa",
        "file": upload("cma.pdf", PDF),
    }
    return {**said, **fields}


# The way


def test_from_the_first_step_to_the_directory_and_to_matching() -> None:
    user, curator, region = make_applicant(), make_curator(), make_region()
    item = make_item(required_credentials=["CMA"])
    applicant, desk = browser_of(user), browser_of(curator)

    applicant.post(reverse("pool:start"), {"kind": "institution"})
    application = Application.objects.get()
    way = {
        step: reverse("pool:step", args=[application.pk, step]) for step in ("about", "items", "credentials", "papers")
    }
    about = {**PROFILE, "region": region.pk}
    assert applicant.post(way["about"], about)["Location"] == way["items"]
    applicant.post(way["items"], {"item": item.pk, "fee": "paid", "price": "800 元起", "region_1": region.pk})
    applicant.post(way["credentials"], held())
    applicant.post(way["papers"], {"papers": upload("licence.pdf", PDF)})
    applicant.post(reverse("pool:submit", args=[application.pk]))
    assert "Under review" in text(applicant.get(reverse("pool:application", args=[application.pk])))

    assert PROFILE["name"] in text(desk.get(reverse("pool:review")))
    desk.post(reverse("pool:ask", args=[application.pk]), {"questions": "请补充附表"})
    page = text(applicant.get(reverse("pool:application", args=[application.pk])))
    assert ("Your turn" in page, "请补充附表" in page) == (True, True)
    applicant.post(reverse("pool:submit", args=[application.pk]), {"answer": "附表已补"})

    application.refresh_from_db()
    review_all(application, by=curator)
    desk.post(reverse("pool:accept", args=[application.pk]), {"standing": "active"})
    institution = Institution.objects.get()
    assert institution.name in text(Client().get(reverse("directory:list")))
    public = text(Client().get(reverse("directory:institution", args=[institution.pk])))
    assert NUMBER in public and item.name_zh in public
    first = routing.rank(make_need(item=item), now=NOW).first
    assert first is not None and first.candidate.institution == institution.pk

    assert "accounts/sign-in" in applicant.get(reverse("pool:mine"))["Location"]  # the role is another: sign in again
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert NUMBER in text(browser_of(user).get(reverse("pool:mine")))


def test_the_review_is_one_screen_and_kept_as_it_is_typed() -> None:
    application, desk = make_sent(), browser_of(make_curator())
    ReviewPoint.objects.create(code="identity", order=1, name_zh="身份", name_en="Identity")
    address = reverse("pool:screen", args=[application.pk])
    page = text(desk.get(address))
    for shown in (
        PROFILE["uscc"],
        NUMBER,
        "pattern fits",
        "cma.pdf",
        "licence.pdf",
        "吸水率",
        "Not looked at yet: Identity",
    ):
        assert shown in page, shown
    item, credential = application.items.get(), application.credentials.get()
    typed = {"point_identity": "yes", f"item_{item.pk}": "approved", f"held_{credential.pk}": "valid"}
    assert desk.post(address, {**typed, f"held_{credential.pk}_note": "已查"})["Location"] == address
    page = text(desk.get(address))
    assert ("Accept into the pool" in page, "已查" in page) == (True, True)


def test_a_step_keeps_what_was_found_so_far_and_a_wrong_one_loses_none_of_it() -> None:
    application, desk = make_sent(), browser_of(make_curator())
    item = application.items.get()
    address, found = reverse("pool:ask", args=[application.pk]), {f"item_{item.pk}_note": "附表不清"}
    wrong = desk.post(address, {**found, "questions": ""})
    assert (wrong.status_code, "附表不清" in text(wrong)) == (422, True)
    desk.post(address, {f"item_{item.pk}": "refused", **found, "questions": "请补充"})
    item.refresh_from_db()
    application.refresh_from_db()
    assert (application.state, item.decision, item.reason) == ("returned", "refused", "附表不清")


@pytest.mark.parametrize(
    ("step", "said"), [("ask", {"questions": "请补充"}), ("decline", {"reason": "不符"}), ("accept", {"note": "欢迎"})]
)
def test_no_step_is_taken_with_a_review_that_cannot_be_kept(step: str, said: dict[str, str]) -> None:
    application, desk = make_reviewed(), browser_of(make_curator())
    item, long = application.items.get(), "长" * 301
    found = {f"item_{item.pk}": "refused", f"item_{item.pk}_note": long}
    answer = desk.post(reverse(f"pool:{step}", args=[application.pk]), {**found, **said})
    page = text(answer)
    assert (answer.status_code, long in page, next(iter(said.values())) in page) == (422, True, True)
    item.refresh_from_db()
    application.refresh_from_db()
    assert (application.state, item.decision, item.reason) == ("submitted", "approved", "")


def test_what_is_missing_is_listed_and_leads_to_its_step() -> None:
    user = make_user(Role.ENTERPRISE)
    application = applying.start(user, "institution", now=NOW)
    browser = browser_of(user)
    page = text(browser.get(reverse("pool:step", args=[application.pk, "send"])))
    assert ("Choose a password" in page, reverse("accounts:claim") in page) == (True, True)
    assert ("Enter the unified social credit code." in page, "Send the application" in page) == (True, False)
    assert browser.post(reverse("pool:submit", args=[application.pk])).status_code == 422
    application.refresh_from_db()
    assert application.state == "draft"


# Bad input


@pytest.mark.parametrize(
    ("column", "typed"),
    [("uscc", "91350100M000100Y4Z"), ("phone", "12"), ("introduction", "本机构包过"), ("region", "999999")],
)
def test_what_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(column: str, typed: str) -> None:
    experts_loading.load()
    user = make_applicant()
    application = applying.start(user, "institution", now=NOW)
    about = {**PROFILE, "region": make_region().pk, column: typed}
    answer = browser_of(user).post(reverse("pool:step", args=[application.pk, "about"]), about)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [column])
    assert PROFILE["contact_name"] in text(answer)


def test_a_price_promises_nothing() -> None:
    experts_loading.load()
    application = make_draft()
    address = reverse("pool:step", args=[application.pk, "items"])
    answer = browser_of(application.applicant).post(
        address, {"item": make_item().pk, "fee": "paid", "price": "不过退款"}
    )
    assert (answer.status_code, "不过退款" in text(answer)) == (422, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"file": upload("cma.exe", b"MZ" + bytes(100))},
        {"file": upload("cma.pdf", b"no pdf at all")},
        {"valid_to": "2025-01-01"},
        {"scope": "a|b|c|d|e"},
        {"scope": "|吸水率"},
        {"scope": "x" * 201},
        {"type": "NONE"},
    ],
)
def test_a_credential_that_cannot_be_is_not_kept(fields: dict[str, Any]) -> None:
    application = make_draft()
    address = reverse("pool:step", args=[application.pk, "credentials"])
    answer = browser_of(application.applicant).post(address, held(number="210012341299", **fields))
    assert (answer.status_code, application.credentials.count()) == (422, 1)


def test_a_file_that_is_too_large_is_not_kept(settings: LazySettings) -> None:
    settings.ATTACHMENT_LIMIT_BYTES = 50
    user = make_applicant()
    application = applying.start(user, "expert", now=NOW)
    address = reverse("pool:step", args=[application.pk, "papers"])
    answer = browser_of(user).post(address, {"papers": upload("diploma.pdf", PDF)})
    assert (answer.status_code, application.papers.count()) == (422, 0)


def test_an_unusual_number_is_kept_and_said() -> None:
    application = make_draft()
    browser = browser_of(application.applicant)
    address = reverse("pool:step", args=[application.pk, "credentials"])
    page = text(browser.post(address, held(number="CMA-1"), follow=True))
    assert "usually look different" in page and "looks unusual" in page


def test_lines_can_be_changed_and_taken_out_until_it_is_sent() -> None:
    application = make_draft()
    browser = browser_of(application.applicant)
    item, credential, paper = application.items.get(), application.credentials.get(), application.papers.get()
    changed = {"item": item.item_id, "fee": "free", "price": ""}
    browser.post(reverse("pool:item", args=[application.pk, item.pk]), changed)
    browser.post(
        reverse("pool:held", args=[application.pk, credential.pk]), {**held(number="210012341299"), "file": ""}
    )
    item.refresh_from_db()
    credential.refresh_from_db()
    assert (item.fee, credential.number, credential.attachment is not None) == ("free", "210012341299", True)
    for step, row in (("items", item), ("credentials", credential), ("papers", paper)):
        browser.post(reverse("pool:drop", args=[application.pk, step, row.pk]))
    assert not any(rows.exists() for rows in (application.items, application.credentials, application.papers))


@pytest.mark.parametrize(("typed", "said"), [("长" * 5001, "5000"), (" ", "in a few words")], ids=["long", "none"])
def test_an_answer_that_cannot_be_sent_is_handed_back(typed: str, said: str) -> None:
    application = make_sent()
    reviewing.ask_back(application, questions="附表？", by=make_curator(), now=NOW)
    answer = browser_of(application.applicant).post(reverse("pool:submit", args=[application.pk]), {"answer": typed})
    page = text(answer)
    assert (answer.status_code, typed in page, said in page) == (422, True, True)
    application.refresh_from_db()
    assert application.state == "returned"


def test_a_reason_for_withdrawing_that_is_too_long_is_handed_back() -> None:
    application, reason = make_sent(), "长" * 501
    browser, address = browser_of(application.applicant), reverse("pool:withdraw", args=[application.pk])
    answer = browser.post(address, {"reason": reason})
    application.refresh_from_db()
    assert (answer.status_code, reason in text(answer), application.state) == (422, True, "submitted")
    browser.post(address, {"reason": "改由总部申请"})
    application.refresh_from_db()
    assert (application.state, application.events.latest("pk").note) == ("withdrawn", "改由总部申请")


def test_a_curator_names_the_owner_of_an_instrument_by_name_or_code() -> None:
    kept, curator = make_institution(uscc=PROFILE["uscc"]), make_curator()
    gone = make_institution(standing="merged", merged_into=kept)
    application = applying.start(curator, "equipment", now=NOW)
    browser, address = browser_of(curator), reverse("pool:step", args=[application.pk, "about"])
    assert kept.name_zh not in text(browser.get(address))
    for typed in (kept.name_zh, kept.uscc, gone.name_zh):
        assert browser.post(address, {"name": "三坐标测量机", "owner": typed}).status_code == 302
        application.refresh_from_db()
        assert application.owner == kept
    assert f'value="{kept.name_zh}"' in text(browser.get(address))
    wrong = browser.post(address, {"name": "三坐标测量机", "owner": "没有的"})
    assert (wrong.status_code, "没有的" in text(wrong)) == (422, True)


def test_a_provider_chooses_among_its_own_that_were_not_merged() -> None:
    user = make_user(Role.PROVIDER)
    kept = make_institution(user)
    make_institution(user, name_zh="并入的检测", standing="merged", merged_into=kept)
    application = applying.start(user, "equipment", now=NOW)
    page = text(browser_of(user).get(reverse("pool:step", args=[application.pk, "about"])))
    assert (f'<option value="{kept.pk}"' in page, "并入的检测" in page) == (True, False)


# Who may


def test_an_account_speaks_for_one_side() -> None:
    owner, provider = make_applicant(), make_user(Role.PROVIDER)
    make_enterprise(owner)
    make_institution(provider)
    start = reverse("pool:start")
    answers = [
        browser_of(owner).post(start, {"kind": "institution"}),
        browser_of(provider).post(start, {"kind": "institution"}),
        browser_of(make_applicant()).post(start, {"kind": "equipment"}),
    ]
    assert ([one.status_code for one in answers], Application.objects.count()) == ([409, 409, 409], 0)
    assert browser_of(provider).post(start, {"kind": "equipment"}).status_code == 302


def test_nobody_sees_another_ones_application_and_curators_see_no_drafts() -> None:
    draft, sent = make_draft(), make_sent()
    paper = sent.papers.get().attachment_id
    pages = [
        reverse("pool:application", args=[sent.pk]),
        reverse("pool:step", args=[draft.pk, "about"]),
        reverse("pool:paper", args=[sent.pk, paper]),
    ]
    stranger, curator = browser_of(make_applicant()), browser_of(make_curator())
    assert [stranger.get(page).status_code for page in pages] == [404, 404, 404]
    assert [curator.get(page).status_code for page in pages[:2]] == [200, 404]
    assert b"".join(curator.get(pages[2]).streaming_content) == PDF
    assert curator.get(reverse("pool:screen", args=[draft.pk])).status_code == 404
    foreign = reverse("pool:paper", args=[sent.pk, draft.papers.get().attachment_id])
    assert curator.get(foreign).status_code == 404


def test_what_was_sent_is_no_longer_changed() -> None:
    application = make_sent()
    browser = browser_of(application.applicant)
    answer = browser.post(reverse("pool:step", args=[application.pk, "about"]), {**PROFILE, "name": "别的"})
    application.refresh_from_db()
    assert (answer.status_code, application.name) == (404, PROFILE["name"])


# The institution's own pages


def test_an_institution_renews_by_a_new_row_and_confirms_its_page() -> None:
    user = make_user(Role.PROVIDER)
    institution = make_institution(user, confirmed_at=days_ago(300))
    old = make_credential(institution, valid_to=days(10))
    browser = browser_of(user)
    assert "Nobody has confirmed this page" in text(browser.get(reverse("pool:mine")))
    address = f"{reverse('pool:claim', args=[institution.pk])}?renews={old.pk}"
    assert f'value="{old.number}"' in text(browser.get(address))
    browser.post(address, held())
    new = Credential.objects.latest("pk")
    assert (new.renews, new.state, new.institution) == (old, "claimed", institution)
    browser.post(reverse("pool:confirm", args=[institution.pk]))
    assert "Nobody has confirmed this page" not in text(browser.get(reverse("pool:mine")))
    assert b"".join(browser.get(reverse("pool:credential_file", args=[new.pk])).streaming_content) == PDF
    stranger = make_user(Role.PROVIDER)
    make_institution(stranger)
    pages = [reverse("pool:credential_file", args=[new.pk]), reverse("pool:edit", args=[institution.pk]), address]
    assert [browser_of(stranger).get(page).status_code for page in pages] == [404, 404, 404]


def test_a_renewal_begins_with_the_scope_of_today_without_what_was_cut() -> None:
    user = make_user(Role.PROVIDER)
    institution = make_institution(user)
    old = make_credential(institution)
    old.scope.create(object="陶瓷砖")
    old.scope.create(object="卫生陶瓷", until=days(-1))
    page = text(browser_of(user).get(reverse("pool:claim", args=[institution.pk]), {"renews": old.pk}))
    assert ("陶瓷砖" in page, "卫生陶瓷" in page) == (True, False)


def test_a_profile_is_changed_without_promises() -> None:
    experts_loading.load()
    user = make_user(Role.PROVIDER)
    institution = make_institution(user)
    address, browser = reverse("pool:edit", args=[institution.pk]), browser_of(user)
    refused = browser.post(address, {"contact_name": "王", "introduction_zh": "保证通过"})
    kept = browser.post(address, {"contact_name": "王", "introduction_zh": "检测", "weekly_capacity": 5})
    institution.refresh_from_db()
    assert (refused.status_code, kept.status_code) == (422, 302)
    assert (institution.introduction_zh, institution.weekly_capacity) == ("检测", 5)


# The curator's steps and lists


def test_a_curator_leads_a_credential_through_its_states() -> None:
    credential, desk = make_credential(make_institution(), state="claimed"), browser_of(make_curator())
    seen = []
    for verb, typed in [
        ("check", {}),
        ("validate", {}),
        ("suspend", {"on": "2026-11-01", "reason": "飞行检查"}),
        ("restore", {"on": "2026-11-15", "reason": "整改通过"}),
        ("withdraw", {"on": "2026-11-20", "reason": "注销"}),
    ]:
        desk.post(reverse("pool:credential_step", args=[credential.pk, verb]), typed)
        credential.refresh_from_db()
        seen.append(credential.state)
    assert seen == ["checked", "valid", "suspended", "valid", "withdrawn"]
    page = text(desk.get(reverse("pool:credential", args=[credential.pk])))
    assert "飞行检查" in page and "整改通过" in page and "does not count today" in page


def test_a_suspension_needs_a_day_and_a_reason() -> None:
    credential, desk = make_credential(make_institution()), browser_of(make_curator())
    answer = desk.post(reverse("pool:credential_step", args=[credential.pk, "suspend"]), {"on": ""})
    credential.refresh_from_db()
    assert (answer.status_code, credential.state) == (422, "valid")
    assert desk.post(reverse("pool:credential_step", args=[credential.pk, "burn"])).status_code == 404


def make_refused(user: User) -> None:
    institution, item = make_institution(), make_item()
    make_capability(institution, item)
    referral = make_referral(make_need(item=item), institution, state="declined")
    type(referral).objects.filter(pk=referral.pk).update(decline_reason="outside_scope", reason="不做")
    corrections.note(NOW)


MAKERS = {
    "pool:review": (QUEUE, lambda user: make_sent()),
    "pool:credentials": (CREDENTIALS, lambda user: make_credential(make_institution(), valid_to=days(9))),
    "pool:stale": (STALE, lambda user: make_institution(confirmed_at=days_ago(400))),
    "pool:corrections": (CORRECTIONS, make_refused),
}


@pytest.mark.parametrize("route", MAKERS)
def test_a_list_costs_the_same_with_one_row_and_with_three(
    route: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    budget, make = MAKERS[route]
    user = make_curator()
    browser = browser_of(user)
    empty = text(browser.get(reverse(route)))
    assert 'class="empty"' in empty
    for wanted in (1, 2):
        for _each in range(wanted):
            make(user)
        with django_assert_num_queries(budget):
            browser.get(reverse(route))


def test_one_screen_and_ones_own_page_cost_the_same_however_much_they_show(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    provider = make_user(Role.PROVIDER)
    institution = make_institution(provider)
    desk, own, application = browser_of(make_curator()), browser_of(provider), make_reviewed()
    for _round in range(2):
        make_credential(institution)
        make_capability(institution, make_item())
        applying_rows(application)
        with django_assert_num_queries(SCREEN):
            desk.get(reverse("pool:screen", args=[application.pk]))
        with django_assert_num_queries(MINE):
            own.get(reverse("pool:mine"))


def applying_rows(application: Application) -> None:
    application.items.create(item=make_item(required_credentials=["CMA"]), fee="free")
    application.credentials.create(type=make_type(), number=f"1{application.credentials.count()}", valid_from=days(-9))


@pytest.mark.parametrize("query", ["after=x", "before=%00", "state=gone", "kind=x", "show=x", "q=%27%22"])
def test_a_list_survives_what_nobody_should_type(query: str) -> None:
    make_sent()
    desk = browser_of(make_curator())
    for route in MAKERS:
        assert desk.get(f"{reverse(route)}?{query}").status_code in {200, 400}


def test_the_lists_speak_both_languages() -> None:
    curator = make_curator()
    chinese = Client(headers={"accept-language": "zh-hans"})
    chinese.force_login(curator)
    pages = {
        "pool:review": "资源库",
        "pool:stale": "待确认信息",
        "pool:corrections": "信息更正",
        "pool:start": "申请加入资源库",
    }
    for route, word in pages.items():
        assert word in text(chinese.get(reverse(route)))
        body = text(browser_of(curator).get(reverse(route))).split("<main")[1].split("</main>")[0]
        assert not re.search("[\u4e00-\u9fff]", body)


def test_services_are_found_by_typing() -> None:
    item, address = make_item(name_en="Sanitary ware test"), reverse("pool:item_options")
    ServiceItem.objects.filter(pk=item.pk).update(search=indexing.of(item))
    make_item(name_en="Other")
    browser = browser_of(make_applicant())
    found = [text(browser.get(address, {"q": typed})) for typed in ("", "sanitary", "zzz")]
    assert [one.count("<option") for one in found] == [3, 2, 2]
    assert ("Sanitary ware test" in found[1], "Nothing found" in found[2]) == (True, True)
    again = text(browser.get(address, {"q": "zzz", "of": "item", "item": item.pk}))
    assert f'<option value="{item.pk}" selected>' in again
