"""Registering an enterprise and letting people in: one row per firm, an owner decides, the desk where there is none."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from enterprises import actions
from enterprises.actions import NotYours, Profile
from enterprises.models import Enterprise, Membership
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.reference.models import Industry
from portal.refusals import Conflict
from tests.factories import NOW, make_enterprise, make_region, make_user
from tests.people import browser_of

pytestmark = pytest.mark.django_db

CODE = "91510185MA6A000155"
FIRM = {"name": "成都示例卫浴有限公司", "uscc": CODE}
MINE_QUERIES = 6
CLAIMS_QUERIES = 5


@pytest.fixture
def founder() -> User:
    return make_user(phone="+8613800001111", name="王经理")


@pytest.fixture
def colleague() -> User:
    return make_user(name="李工")


def register(user: User, **profile: object) -> Membership:
    return actions.register(user, Profile(**{**FIRM, **profile}), now=NOW)


def membership(user: User) -> Membership:
    return Membership.objects.get(user=user)


# The form


def test_the_first_person_becomes_the_owner_and_reads_the_size_class(founder: User) -> None:
    region = make_region()
    industry = Industry.objects.create(
        code="307", name_zh="陶瓷制品", name_en="Ceramics", level=3, size_rule="industry"
    )
    data = {**FIRM, "region": region.pk, "industry": industry.pk, "employees": "80", "revenue_10k_cny": "1500"}
    page = browser_of(founder).post("/enterprises/register/", data, follow=True).content.decode()
    firm = Enterprise.objects.get()
    assert (firm.name, firm.uscc, firm.state, firm.region, firm.size_class) == (
        "成都示例卫浴有限公司",
        CODE,
        Enterprise.State.REGISTERED,
        region,
        "small",
    )
    assert (membership(founder).role, membership(founder).state) == ("owner", "active")
    assert "Small" in page and CODE in page


@pytest.mark.parametrize(
    ("code", "explained"),
    [
        ("91510185MA6A000156", "it would have to be “5”, not “6”"),
        ("91510185MA6A00015", "has 18 characters; this one has 17"),
        ("91510185MA6AO00155", "is it a 0?"),
        ("91A10185MA6A000155", "must be digits"),
        ("", "or another identifier"),
    ],
)
def test_a_wrong_credit_code_is_explained_at_the_field_and_the_rest_stays(
    founder: User, code: str, explained: str
) -> None:
    answer = browser_of(founder).post("/enterprises/register/", {**FIRM, "uscc": code, "address": "示范路 8 号"})
    page = answer.content.decode()
    assert answer.status_code == 422 and explained in page and "示范路 8 号" in page
    assert not Enterprise.objects.exists()


def test_a_code_typed_with_spaces_small_and_wide_letters_is_the_same_code(founder: User) -> None:
    browser_of(founder).post("/enterprises/register/", {**FIRM, "uscc": " 9151 0185 ｍa6a000155 "})
    assert Enterprise.objects.get().uscc == CODE


def test_a_firm_without_a_code_registers_by_another_identifier(founder: User) -> None:
    browser_of(founder).post("/enterprises/register/", {"name": "Sample GmbH", "other_identifier": "HRB 12345, Munich"})
    assert (Enterprise.objects.get().uscc, membership(founder).role) == (None, "owner")


# Never a twin


@pytest.mark.parametrize("again", [{}, {"name": "另一种写法"}])
def test_the_second_person_waits_for_the_first_ones_approval(
    founder: User, colleague: User, again: dict[str, str]
) -> None:
    register(founder)
    register(colleague, **again)
    assert Enterprise.objects.count() == 1
    assert (membership(colleague).role, membership(colleague).state) == ("member", "pending")
    assert not Enterprise.objects.visible_to(colleague).exists()
    assert Notice.objects.get(user=founder).event == "membership_asked"


def test_a_firm_without_a_code_has_no_twin_either(founder: User, colleague: User) -> None:
    twin = {"name": "Sample GmbH", "uscc": None, "other_identifier": "HRB 12345, Munich"}
    register(founder, **twin)
    register(colleague, **{**twin, "other_identifier": "hrb 12345, munich"})
    assert Enterprise.objects.count() == 1 and membership(colleague).state == "pending"


def test_asking_twice_changes_nothing(founder: User, colleague: User) -> None:
    register(founder)
    register(colleague)
    register(colleague)
    assert Membership.objects.filter(user=colleague).count() == 1
    assert Notice.objects.filter(user=founder).count() == 1


def test_whoever_proved_the_phone_takes_a_provisional_firm_over_at_once(founder: User) -> None:
    made = actions.provisional(Profile(**FIRM), phone="+8613800001111")
    register(founder)
    made.refresh_from_db()
    assert (made.state, membership(founder).role) == (Enterprise.State.REGISTERED, "owner")


def test_whoever_waited_and_then_proved_the_phone_owns_the_firm(founder: User) -> None:
    firm = make_enterprise(**FIRM, state=Enterprise.State.PROVISIONAL, phone=founder.phone)
    actions.ask_to_join(founder, firm, now=NOW)
    register(founder)
    assert (membership(founder).role, membership(founder).state) == ("owner", "active")


def test_a_provisional_firm_that_somebody_owns_is_not_taken_over_by_its_phone(founder: User, colleague: User) -> None:
    """The desk let the owner in; the number of an old call opens nothing any more."""
    firm = make_enterprise(
        colleague, name="成都示例卫浴有限公司", state=Enterprise.State.PROVISIONAL, phone=founder.phone
    )
    actions.register(founder, Profile(name=firm.name, other_identifier=firm.other_identifier), now=NOW)
    assert (membership(founder).role, membership(founder).state) == ("member", "pending")


def test_anybody_else_waits_for_the_desk_to_look(colleague: User) -> None:
    made = actions.provisional(Profile(**FIRM), phone="+8613800009999")
    register(colleague)
    made.refresh_from_db()
    assert (made.state, membership(colleague).state) == (Enterprise.State.PROVISIONAL, "pending")


# Who decides


def test_the_owner_lets_in_on_the_page_and_the_colleague_is_told(founder: User, colleague: User) -> None:
    register(founder)
    register(colleague)
    client = browser_of(founder)
    page = client.get("/enterprises/").content.decode()
    assert "李工" in page and "Let in" in page
    client.post(f"/enterprises/memberships/{membership(colleague).pk}/accept/")
    row = membership(colleague)
    assert (row.state, row.role, row.decided_by) == ("active", "member", founder)
    assert Notice.objects.get(user=colleague).event == "membership_accepted"
    assert Enterprise.objects.visible_to(colleague).exists()


def test_whoever_was_refused_sees_nothing(founder: User, colleague: User) -> None:
    register(founder)
    register(colleague)
    browser_of(founder).post(f"/enterprises/memberships/{membership(colleague).pk}/refuse/")
    assert membership(colleague).state == "refused"
    assert not Enterprise.objects.visible_to(colleague).exists()


def test_nobody_lets_themselves_or_strangers_in(founder: User, colleague: User) -> None:
    register(founder)
    register(colleague)
    stranger = make_user()
    make_enterprise(stranger)
    for user in (colleague, stranger):
        assert browser_of(user).post(f"/enterprises/memberships/{membership(colleague).pk}/accept/").status_code == 404
    assert membership(colleague).state == "pending"


def test_a_member_who_is_no_owner_and_a_desk_where_there_is_an_owner_may_not_decide(
    founder: User, colleague: User
) -> None:
    firm = register(founder).enterprise
    Membership.objects.create(user=colleague, enterprise=firm, state="active")
    third = register(make_user())
    for user in (colleague, make_user(Role.SPECIALIST)):
        with pytest.raises(NotYours):
            actions.decide(third, accept=True, by=user, now=NOW)


def test_the_desk_decides_where_nobody_owns_the_firm_yet(colleague: User) -> None:
    firm = actions.provisional(Profile(**FIRM), phone="+8613800009999")
    waiting = register(colleague)
    specialist = make_user(Role.SPECIALIST)
    client = browser_of(specialist)
    page = client.get("/enterprises/claims/").content.decode()
    assert firm.name in page and "李工" in page
    assert client.post(f"/enterprises/memberships/{waiting.pk}/accept/").status_code == 302
    row = membership(colleague)
    firm.refresh_from_db()
    assert (row.role, row.state, firm.state) == ("owner", "active", Enterprise.State.REGISTERED)
    assert firm.name not in client.get("/enterprises/claims/").content.decode()


@pytest.mark.parametrize("first", [True, False])
def test_what_one_owner_decided_another_does_not_overturn_from_an_old_page(
    founder: User, colleague: User, first: bool
) -> None:
    firm = register(founder).enterprise
    second = make_user()
    Membership.objects.create(user=second, enterprise=firm, role="owner", state="active")
    register(colleague)
    seen, old = membership(colleague), membership(colleague)
    actions.decide(seen, accept=first, by=founder, now=NOW)
    with pytest.raises(Conflict):
        actions.decide(old, accept=not first, by=second, now=NOW)
    assert membership(colleague).state == ("active" if first else "refused")
    assert Notice.objects.filter(user=colleague, event__startswith="membership_").count() == 1


def test_a_claim_is_listed_only_while_nobody_owns_the_firm(founder: User, colleague: User) -> None:
    register(founder)
    register(colleague)
    assert Membership.objects.awaiting_approval().unowned().count() == 0


# The description


def test_the_description_changes_and_the_credit_code_stays(founder: User) -> None:
    firm = register(founder).enterprise
    client = browser_of(founder)
    assert CODE in client.get(f"/enterprises/{firm.pk}/edit/").content.decode()
    client.post(f"/enterprises/{firm.pk}/edit/", {"name": "新名字有限公司", "uscc": "91510100MA6A00023U"})
    firm.refresh_from_db()
    assert (firm.name, firm.uscc) == ("新名字有限公司", CODE)


def test_a_code_added_later_may_not_be_another_firms(founder: User) -> None:
    make_enterprise(uscc=CODE)
    firm = register(founder, uscc=None, other_identifier="in formation").enterprise
    answer = browser_of(founder).post(f"/enterprises/{firm.pk}/edit/", {"name": firm.name, "uscc": CODE})
    assert answer.status_code == 422 and "Another enterprise is registered here" in answer.content.decode()


def test_somebody_elses_enterprise_is_not_found(colleague: User, founder: User) -> None:
    firm = register(founder).enterprise
    client = browser_of(colleague)
    assert client.get(f"/enterprises/{firm.pk}/edit/").status_code == 404
    assert client.post(f"/enterprises/{firm.pk}/edit/", FIRM).status_code == 404
    assert firm.name not in client.get("/enterprises/").content.decode()


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.EXPERT, Role.CURATOR, Role.AUDITOR])
def test_others_have_no_enterprise_to_manage(role: Role) -> None:
    client = browser_of(make_user(role))
    assert [client.get(path).status_code for path in ("/enterprises/", "/enterprises/register/")] == [403, 403]
    assert client.get("/enterprises/claims/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_with_one_and_with_three(rows: int, founder: User, django_assert_num_queries) -> None:
    register(founder)
    for number in range(rows):
        register(make_user())
        actions.provisional(Profile(name=f"临时{number}", uscc=None), phone="")
        actions.ask_to_join(make_user(), Enterprise.objects.latest("pk"), now=timezone.now())
    client, desk = browser_of(founder), browser_of(make_user(Role.SPECIALIST))
    client.get("/enterprises/")
    with django_assert_num_queries(MINE_QUERIES):
        client.get("/enterprises/")
    desk.get("/enterprises/claims/")
    with django_assert_num_queries(CLAIMS_QUERIES):
        desk.get("/enterprises/claims/")


@pytest.mark.django_db(transaction=True)
def test_five_who_register_the_same_firm_at_once_make_one_and_four_wait() -> None:
    users = [make_user() for _number in range(5)]
    together = threading.Barrier(len(users))

    def run(user: User) -> None:
        together.wait()
        try:
            register(user)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(users)) as pool:
        list(pool.map(run, users))
    assert Enterprise.objects.count() == 1
    states = sorted(Membership.objects.values_list("role", "state"))
    assert states == [("member", "pending")] * 4 + [("owner", "active")]
