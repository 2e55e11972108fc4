"""Sending a need: with and without an account, with mistakes, twice, and after a closed tab."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from enterprises.models import ADDRESSED, Enterprise, Membership
from portal.accounts import codes
from portal.accounts.models import Consent, OneTimeCode, User
from portal.accounts.roles import Role
from portal.files.models import Attachment
from portal.notices.models import Notice
from portal.outbox import sweeper
from services.cases.models import Case, CaseDocument, Channel
from services.intake import drafts
from services.intake.models import Draft, DraftFile
from tests.factories import make_case, make_enterprise, make_item, make_station, make_user
from tests.people import browser_of, make_notice

pytestmark = pytest.mark.django_db

FORM_QUERIES = 7
SUBMIT_QUERIES = 16
"""Two of them open and end the transaction of the request."""
SUBMIT_FOR_AN_ENTERPRISE = 1
VERIFY_QUERIES = 35
"""A new person, a new session, the draft that ends; of one whom nobody knew."""
NEED = {
    "text": "我们的计量器具要检定，研发实验室想做认可",
    "product": "卫生陶瓷",
    "contact": "wang@enterprise.example",
    "contact_name": "王经理",
    "consent": "on",
}
ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc00000"
    "0301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def place() -> None:
    make_station()
    make_notice()


@pytest.fixture
def person() -> User:
    return make_user(email="wang@enterprise.example")


def picture(name: str = "nameplate.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, ONE_PIXEL, content_type="image/png")


def digits_sent_to(contact: str) -> str:
    return codes.draw(OneTimeCode.objects.filter(contact=contact).latest("pk"))


def test_the_warning_about_classified_matter_stands_before_the_box() -> None:
    page = browser_of().get("/intake/").content.decode()
    assert page.index("Classified matters are taken in person") < page.index('name="text"')


def test_a_signed_in_person_sends_a_need_and_reads_its_number_and_the_promise(person: User) -> None:
    client = browser_of(person)
    answer = client.post("/intake/", {**NEED, "wanted_on": (timezone.localdate() + timedelta(days=9)).isoformat()})
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/intake/sent/{case.number}/")
    assert (case.submitter, case.channel, case.contact_email, case.product) == (
        person,
        Channel.WEB,
        "wang@enterprise.example",
        "卫生陶瓷",
    )
    page = client.get(answer["Location"]).content.decode()
    assert case.number in page and "You hear from us by" in page


def test_the_need_of_an_enterprise_is_tied_to_it(person: User) -> None:
    firm, other = make_enterprise(person), make_enterprise()
    client = browser_of(person)
    assert str(firm.name) in client.get("/intake/").content.decode()
    refused = client.post("/intake/", {**NEED, "enterprise": other.pk})
    assert refused.status_code == 422 and not Case.objects.exists()
    client.post("/intake/", {**NEED, "enterprise": firm.pk})
    assert Case.objects.get().enterprise == firm


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": ""}, "This field is required"),
        ({"text": "检"}, "Say a little more"),
        ({"text": "检" * 5001}, "5000"),
        ({"contact": "123"}, "This is not a phone number"),
        ({"contact": "somebody"}, "Enter a phone number or an e-mail address"),
        ({"wanted_on": "2020-01-01"}, "This day is over"),
        ({"wanted_on": "31.02.2027"}, "Enter a valid date"),
        ({"consent": ""}, "Without your agreement"),
    ],
)
def test_bad_input_is_named_at_its_field_and_everything_typed_stays(
    person: User, wrong: dict[str, str], message: str
) -> None:
    answer = browser_of(person).post("/intake/", {**NEED, "product": "骨瓷餐具", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page and "骨瓷餐具" in page
    assert not Case.objects.exists()
    assert Draft.objects.get(user=person).data["product"] == "骨瓷餐具", "also for tomorrow"


def test_files_sent_with_a_mistake_need_not_be_attached_again(person: User) -> None:
    client = browser_of(person)
    page = client.post("/intake/", {**NEED, "contact": "1", "attachments": [picture()]}).content.decode()
    assert "nameplate.png" in page
    client.post("/intake/", {**NEED, "attachments": [picture("second.png")]})
    papers = CaseDocument.objects.filter(case=Case.objects.get())
    assert sorted(paper.attachment.display_name for paper in papers) == ["nameplate.png", "second.png"]
    assert not Draft.objects.exists()


def test_a_file_that_was_kept_can_be_left_out(person: User) -> None:
    client = browser_of(person)
    client.post("/intake/", {**NEED, "contact": "1", "attachments": [picture()]})
    client.post("/intake/", {**NEED, "drop": [Attachment.objects.get().pk, "x"]})
    assert Case.objects.count() == 1 and not CaseDocument.objects.exists() and not Attachment.objects.exists()


def test_nobody_takes_back_the_files_of_somebody_else(person: User) -> None:
    client = browser_of(person)
    client.post("/intake/", {**NEED, "contact": "1", "attachments": [picture()]})
    browser_of(make_user()).post("/intake/", {**NEED, "contact": "1", "drop": [Attachment.objects.get().pk]})
    assert Attachment.objects.count() == 1


def test_more_files_than_ten_are_refused_counting_those_kept(person: User, settings) -> None:
    settings.ATTACHMENTS_PER_FORM = 2
    client = browser_of(person)
    client.post("/intake/", {**NEED, "contact": "1", "attachments": [picture("a.png"), picture("b.png")]})
    answer = client.post("/intake/", {**NEED, "attachments": [picture("c.png")]})
    assert answer.status_code == 422 and "2 are kept already" in answer.content.decode()


def test_ordering_from_the_catalogue_fills_the_form(person: User) -> None:
    item = make_item()
    client = browser_of(person)
    page = client.get(f"/intake/?item={item.code}").content.decode()
    assert f'value="{item.code}"' in page and item.name_en in page
    client.post("/intake/", {**NEED, "item": item.code})
    assert Case.objects.get().ordered_item == item.code


def test_an_item_that_is_not_offered_is_not_ordered(person: User) -> None:
    item = make_item(active=False)
    browser_of(person).post("/intake/", {**NEED, "item": item.code})
    assert Case.objects.get().ordered_item == ""


def test_much_the_same_within_a_day_is_shown_and_sent_only_on_demand(person: User) -> None:
    first = make_case(submitter=person, text=NEED["text"], now=timezone.now() - timedelta(hours=3))
    client = browser_of(person)
    answer = client.post("/intake/", {**NEED, "attachments": [picture()]})
    page = answer.content.decode()
    assert answer.status_code == 409 and first.number in page and NEED["text"] in page
    assert Case.objects.count() == 1
    client.post("/intake/", {**NEED, "seen_duplicates": "on"})
    assert Case.objects.count() == 2 and CaseDocument.objects.count() == 1


def test_the_same_after_two_days_or_from_somebody_else_is_no_duplicate(person: User) -> None:
    make_case(submitter=person, text=NEED["text"], now=timezone.now() - timedelta(days=2))
    make_case(submitter=make_user(), text=NEED["text"], now=timezone.now())
    assert browser_of(person).post("/intake/", NEED).status_code == 302


def test_the_same_form_sent_twice_makes_one_case(person: User) -> None:
    client = browser_of(person)
    twice = [client.post("/intake/", {**NEED, "idempotency_key": "one-form-0001"}) for _time in range(2)]
    assert twice[0]["Location"] == twice[1]["Location"]
    assert Case.objects.count() == 1


# Two consents


@pytest.mark.parametrize(("ticked", "purposes"), [({}, ["case"]), ({"sharing": "on"}, ["case", "sharing"])])
def test_handling_the_case_and_passing_the_contact_on_are_agreed_to_apart(
    person: User, ticked: dict[str, str], purposes: list[str]
) -> None:
    browser_of(person).post("/intake/", {**NEED, **ticked})
    given = Consent.objects.filter(user=person).order_by("purpose")
    assert [row.purpose for row in given] == purposes
    assert {(row.notice.version, row.channel) for row in given} == {("2026-11", "web")}


def test_taking_the_tick_away_takes_the_agreement_back(person: User) -> None:
    client = browser_of(person)
    client.post("/intake/", {**NEED, "sharing": "on"})
    assert "checked" in client.get("/intake/").content.decode().split('name="sharing"')[1].split(">")[0]
    client.post("/intake/", {**NEED, "text": "另外还要做一次环境检测"})
    assert Consent.objects.get(purpose="sharing").withdrawn_at is not None


# Drafts


def test_what_was_typed_is_there_again_in_the_next_tab() -> None:
    client = browser_of()
    assert client.post("/intake/draft/", {"text": "写到一半的诉求", "sharing": "on"}).status_code == 204
    page = client.get("/intake/").content.decode()
    assert "写到一半的诉求" in page
    assert "写到一半的诉求" not in browser_of().get("/intake/").content.decode(), "only in this browser"


def test_a_draft_begun_before_signing_in_comes_along(person: User) -> None:
    client = browser_of()
    client.post("/intake/draft/", {"text": "登录之前写的"})
    client.force_login(person)
    assert "登录之前写的" in client.get("/intake/").content.decode()
    client.post("/intake/draft/", {"text": "登录之后写的"})
    assert Draft.objects.get().user == person


def test_what_was_typed_after_the_session_ended_wins_over_the_older_draft(person: User) -> None:
    client = browser_of(person)
    client.post("/intake/", {**NEED, "text": "", "product": "旧的", "attachments": [picture()]})
    client.cookies.pop("session")
    client.post("/intake/draft/", {"text": "会话结束后写的"})
    client.force_login(person)
    page = client.get("/intake/").content.decode()
    assert "会话结束后写的" in page
    client.post("/intake/draft/", {"text": "会话结束后写的，再补一句"})
    assert Draft.objects.get().data == {"text": "会话结束后写的，再补一句"}
    assert DraftFile.objects.count() == 1, "the files of the older one came along"


def test_reading_the_form_writes_nothing(person: User) -> None:
    client = browser_of()
    client.post("/intake/draft/", {"text": "登录之前写的"})
    before = Draft.objects.values().get()
    client.force_login(person)
    client.get("/intake/")
    assert Draft.objects.values().get() == before


def test_a_draft_of_somebody_is_not_shown_to_the_next_at_the_same_browser(person: User) -> None:
    client = browser_of(person)
    client.post("/intake/draft/", {"text": "私事"})
    client.post("/accounts/sign-out/")
    assert "私事" not in client.get("/intake/").content.decode()
    client.force_login(make_user())
    assert "私事" not in client.get("/intake/").content.decode()


def test_drafts_and_their_files_are_forgotten_after_thirty_days(person: User) -> None:
    browser_of(person).post("/intake/", {**NEED, "contact": "1", "attachments": [picture()]})
    assert drafts.purge(now=timezone.now() + timedelta(days=29)) == 0
    assert drafts.purge(now=timezone.now() + timedelta(days=31)) == 1
    assert not Attachment.objects.exists()


def test_keeping_drafts_is_limited_per_network(monkeypatch) -> None:
    monkeypatch.setattr(drafts, "PER_HOUR", 2)
    client = browser_of()
    assert [client.post("/intake/draft/", {"text": "x"}).status_code for _time in range(3)] == [204, 204, 429]


# Guests


def sent_by_a_guest(client: Client, **changes: object) -> str:
    answer = client.post("/intake/", {**NEED, **changes})
    assert (answer.status_code, answer["Location"]) == (302, "/intake/verify/")
    return digits_sent_to("wang@enterprise.example")


def test_a_guest_is_heard_after_a_code_and_makes_an_account_afterwards() -> None:
    client = browser_of()
    code = sent_by_a_guest(client, sharing="on", attachments=[picture()])
    assert "w***@enterprise.example" in client.get("/intake/verify/").content.decode()
    answer = client.post("/intake/verify/", {"code": f" {code[:3]} {code[3:]} "})
    case = Case.objects.get()
    assert answer["Location"] == f"/intake/sent/{case.number}/"
    guest = case.submitter
    assert guest is not None
    assert (guest.email, guest.name, guest.role, guest.has_usable_password()) == (
        "wang@enterprise.example",
        "王经理",
        Role.ENTERPRISE,
        False,
    )
    assert case.documents.count() == 1 and guest.consents.count() == 2
    claimed = {
        "name": "王经理",
        "password": "A long pass phrase, 2026",
        "again": "A long pass phrase, 2026",
        "agreed": "on",
    }
    assert client.post("/accounts/claim/", claimed).status_code == 302
    assert client.get(case.get_absolute_url()).status_code == 200


def test_a_wrong_code_sends_nothing_and_says_so_at_the_field() -> None:
    client = browser_of()
    code = sent_by_a_guest(client)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    answer = client.post("/intake/verify/", {"code": wrong})
    assert answer.status_code == 422 and "not the code we sent" in answer.content.decode()
    assert client.post("/intake/verify/", {"code": "abc"}).status_code == 422
    assert not Case.objects.exists()
    client.post("/intake/verify/", {"code": code})
    assert Case.objects.count() == 1


def test_five_wrong_codes_end_the_code() -> None:
    client = browser_of()
    code = sent_by_a_guest(client)
    for tried in range(5):
        client.post("/intake/verify/", {"code": f"{(int(code) + tried + 1) % 1_000_000:06d}"})
    assert client.post("/intake/verify/", {"code": code}).status_code == 422
    client.post("/intake/verify/", {"again": "1"})
    assert client.post("/intake/verify/", {"code": digits_sent_to("wang@enterprise.example")}).status_code == 302


def test_too_many_codes_are_refused_at_the_field_and_nothing_typed_is_lost() -> None:
    client = browser_of()
    answers = [client.post("/intake/", {**NEED, "product": f"骨瓷{number}"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [422]
    page = answers[-1].content.decode()
    assert "Too many tries" in page and "骨瓷5" in page
    assert "骨瓷5" in client.get("/intake/").content.decode()


def test_who_asks_for_a_code_once_too_often_is_told_when_to_come_back() -> None:
    client = browser_of()
    sent_by_a_guest(client)
    answers = [client.post("/intake/verify/", {"again": "1"}, follow=True).content.decode() for _try in range(5)]
    assert ["A new code is on its way" in answer for answer in answers] == [True] * 4 + [False]
    assert "Too many tries" in answers[-1]


def test_the_contact_of_a_staff_account_does_not_sign_in_by_a_code() -> None:
    make_user(Role.CURATOR, email="wang@enterprise.example")
    client = browser_of()
    code = sent_by_a_guest(client)
    answer = client.post("/intake/verify/", {"code": code})
    assert answer["Location"].startswith("/accounts/sign-in/") and not Case.objects.exists()


def test_the_code_page_without_a_need_leads_back_to_the_form() -> None:
    assert browser_of().get("/intake/verify/")["Location"] == "/intake/"


def test_a_guest_who_owns_an_enterprise_sends_for_it(person: User) -> None:
    firm = make_enterprise(person)
    client = browser_of()
    client.post("/intake/verify/", {"code": sent_by_a_guest(client)})
    assert Case.objects.get().enterprise == firm


# Who may


def test_the_desk_is_led_to_its_own_form_with_what_was_ordered() -> None:
    answer = browser_of(make_user(Role.SPECIALIST)).get("/intake/?item=TI-01")
    assert answer["Location"] == "/intake/assisted/?item=TI-01"


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.AUDITOR, Role.CURATOR, Role.EXPERT])
def test_others_have_no_needs_to_send(role: Role) -> None:
    client = browser_of(make_user(role))
    assert client.get("/intake/").status_code == 302
    client.post("/intake/", NEED)
    assert not Case.objects.exists()


def test_the_acknowledgement_of_somebody_else_is_not_found(person: User) -> None:
    case = make_case()
    assert browser_of(person).get(f"/intake/sent/{case.number}/").status_code == 404


# What it costs


def test_the_form_and_sending_it_cost_what_they_cost(person: User, django_assert_num_queries) -> None:
    make_enterprise(person)
    client = browser_of(person)
    client.get("/intake/")
    with django_assert_num_queries(FORM_QUERIES):
        client.get("/intake/")
    client.post("/intake/", {**NEED, "idempotency_key": "form-number-0001"})
    with django_assert_num_queries(SUBMIT_QUERIES):
        client.post("/intake/", {**NEED, "text": "另外还要做一次环境检测", "idempotency_key": "form-number-0002"})
    assert Case.objects.count() == 2


@pytest.mark.parametrize("speakers", [1, 3])
def test_an_enterprise_costs_one_statement_more_however_many_speak_for_it_and_however_new_they_are(
    person: User, speakers: int, django_assert_num_queries
) -> None:
    firm = make_enterprise(person)
    others = [make_user(email=f"colleague-{each}@enterprise.example") for each in range(1, speakers)]
    for one in others:
        Membership.objects.create(user=one, enterprise=firm, state=Membership.State.ACTIVE)
    make_case()  # the calendar is built once per process
    need = {**NEED, "text": "另外还要做一次环境检测", "enterprise": firm.pk, "idempotency_key": "form-number-0002"}
    client = browser_of(person)
    with django_assert_num_queries(SUBMIT_QUERIES + SUBMIT_FOR_AN_ENTERPRISE):
        client.post("/intake/", need)
    case = Case.objects.newest_first()[0]
    told = Notice.objects.filter(event="submitted_enterprise", facts__number=case.number).values_list("user", flat=True)
    assert case.enterprise == firm
    assert set(told) == {person.pk, *(one.pk for one in others)}


def test_who_speaks_for_an_enterprise_is_the_same_read_along_and_read_later(person: User) -> None:
    firm = make_enterprise(person, name="示例企业甲有限公司")
    for state in Membership.State:
        Membership.objects.create(user=make_user(language="en"), enterprise=firm, state=state)
    Membership.objects.create(user=make_user(is_active=False), enterprise=firm, state=Membership.State.ACTIVE)

    def told(enterprise: Enterprise) -> set[tuple]:
        return {tuple(getattr(one, name) for name in ADDRESSED) for one in enterprise.speakers()}

    read_along = Enterprise.objects.with_speakers().get(pk=firm.pk)
    assert len(told(firm)) == 2
    assert told(read_along) == told(firm)


def test_what_a_guest_sends_costs_what_it_costs(django_assert_num_queries) -> None:
    make_case()  # the calendar is built once per process
    client = browser_of()
    code = sent_by_a_guest(client)
    with django_assert_num_queries(VERIFY_QUERIES):
        client.post("/intake/verify/", {"code": code, "idempotency_key": "form-number-0003"})
    assert Case.objects.count() == 2


def test_the_code_comes_by_mail_and_what_it_opens_is_acknowledged_by_mail(smtp) -> None:
    client = browser_of()
    client.post("/intake/", NEED)
    sweeper.sweep()
    [mail] = smtp.mails
    code = re.search(r"(?<!\d)\d{6}(?!\d)", mail["Subject"])
    assert code is not None and mail["To"] == "wang@enterprise.example"
    client.post("/intake/verify/", {"code": code[0]})
    sweeper.sweep()
    assert Case.objects.get().number in smtp.mails[1]["Subject"]
