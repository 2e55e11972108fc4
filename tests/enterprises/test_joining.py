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
from portal.audit.models import AuditEntry
from portal.notices.models import Notice
from portal.reference.models import Industry
from portal.refusals import Conflict
from tests.factories import NOW, make_case, make_enterprise, make_region, make_user
from tests.people import browser_of

pytestmark = pytest.mark.django_db

CODE = "91510185MA6A000155"
FIRM = {"name": "成都示例卫浴有限公司", "uscc": CODE}
MINE_QUERIES = 6
CLAIMS_QUERIES = 5
PEOPLE_QUERIES = 6


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


@pytest.fixture
def kept() -> Enterprise:
    """The one that stays; the row with the code of :data:`FIRM` was merged into it."""
    stays = make_enterprise(uscc="12510000MB1A00012T")
    make_enterprise(**FIRM, state=Enterprise.State.MERGED, merged_into=stays)
    return stays


# Twins


def test_a_call_recorded_with_the_code_of_a_merged_one_belongs_to_the_one_that_stays(kept: Enterprise) -> None:
    assert actions.provisional(Profile(**FIRM)) == kept


def test_registering_with_the_code_of_a_merged_one_asks_the_one_that_stays(kept: Enterprise, founder: User) -> None:
    asked = register(founder)
    assert (asked.enterprise, asked.state) == (kept, Membership.State.PENDING)


def test_whoever_proved_the_phone_takes_over_the_one_that_stays_with_its_own_code(
    kept: Enterprise, founder: User
) -> None:
    Enterprise.objects.filter(pk=kept.pk).update(state=Enterprise.State.PROVISIONAL, phone=founder.phone)
    assert register(founder).state == Membership.State.ACTIVE
    code = kept.uscc
    kept.refresh_from_db()
    assert (kept.name, kept.uscc, kept.state) == (FIRM["name"], code, "registered")


def test_registering_by_the_name_of_a_merged_one_asks_the_one_that_stays(founder: User) -> None:
    kept, said = make_enterprise(), {"name": "甲", "other_identifier": "FICTION-X"}
    make_enterprise(**said, state=Enterprise.State.MERGED, merged_into=kept)
    assert register(founder, **said, uscc=None).enterprise == kept


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


# Leaving


def make_member(firm: Enterprise, user: User, role: str = "member") -> Membership:
    return Membership.objects.create(user=user, enterprise=firm, role=role, state="active")


def test_an_owner_ends_what_a_colleague_may_see_and_they_are_told(founder: User, colleague: User) -> None:
    firm = register(founder).enterprise
    other = make_member(firm, colleague)
    case = make_case(submitter=founder, enterprise=firm)
    browser, theirs = browser_of(founder), browser_of(colleague)
    assert "李工" in browser.get("/enterprises/").content.decode()
    assert theirs.get(case.get_absolute_url()).status_code == 200
    assert browser.post(f"/enterprises/memberships/{other.pk}/end/").status_code == 302
    assert theirs.get(case.get_absolute_url()).status_code == 404
    assert membership(colleague).state == "left"
    assert Notice.objects.filter(user=colleague, event="membership_ended").exists()
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.subject) == (founder, f"enterprise:{firm.pk}")


def test_whoever_leaves_is_told_nothing_and_may_ask_again(founder: User, colleague: User) -> None:
    firm = register(founder).enterprise
    other = make_member(firm, colleague)
    browser_of(colleague).post(f"/enterprises/memberships/{other.pk}/end/")
    assert (membership(colleague).state, Notice.objects.filter(user=colleague).exists()) == ("left", False)
    assert register(colleague).state == "pending"


def test_an_owner_makes_another_one_before_leaving(founder: User, colleague: User) -> None:
    mine = register(founder)
    other = make_member(mine.enterprise, colleague)
    browser = browser_of(founder)
    browser.post(f"/enterprises/memberships/{other.pk}/entrust/")
    browser.post(f"/enterprises/memberships/{mine.pk}/end/")
    assert list(Membership.objects.owners()) == [membership(colleague)]


def test_a_lead_ends_what_somebody_wrongly_claimed_and_the_desk_decides_then(founder: User, colleague: User) -> None:
    claimed = register(founder)
    waiting = register(colleague)
    lead = browser_of(make_user(Role.TEAM_LEAD))
    assert "王经理" in lead.get(f"/enterprises/{claimed.enterprise_id}/people/").content.decode()
    lead.post(f"/enterprises/memberships/{claimed.pk}/end/")
    assert not Membership.objects.owners().exists()
    browser_of(make_user(Role.SPECIALIST)).post(f"/enterprises/memberships/{waiting.pk}/accept/")
    assert Membership.objects.owners().get().user == colleague


@pytest.mark.parametrize("step", ["end", "entrust"])
@pytest.mark.parametrize(("role", "status"), [(Role.ENTERPRISE, 404), (Role.SPECIALIST, 403), (Role.PROVIDER, 403)])
def test_nobody_else_decides_who_speaks(founder: User, step: str, role: Role, status: int) -> None:
    mine = register(founder)
    answer = browser_of(make_user(role)).post(f"/enterprises/memberships/{mine.pk}/{step}/")
    assert (answer.status_code, membership(founder).state) == (status, "active")


@pytest.mark.parametrize("step", ["end", "entrust"])
def test_a_member_decides_about_nobody_else(founder: User, colleague: User, step: str) -> None:
    mine = register(founder)
    make_member(mine.enterprise, colleague)
    answer = browser_of(colleague).post(f"/enterprises/memberships/{mine.pk}/{step}/")
    assert (answer.status_code, membership(founder).state) == (409, "active")


def test_an_owner_whose_account_is_switched_off_owns_nothing(founder: User, colleague: User) -> None:
    register(founder)
    User.objects.filter(pk=founder.pk).update(is_active=False)
    waiting = register(colleague)
    assert list(Membership.objects.awaiting_approval().unowned()) == [waiting]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_people_costs_the_same_for_one_and_for_three(
    rows: int, founder: User, django_assert_num_queries
) -> None:
    firm = register(founder).enterprise
    for _each in range(rows):
        make_member(firm, make_user())
    lead = browser_of(make_user(Role.TEAM_LEAD))
    lead.get(f"/enterprises/{firm.pk}/people/")
    with django_assert_num_queries(PEOPLE_QUERIES):
        lead.get(f"/enterprises/{firm.pk}/people/")


def test_somebody_whose_account_is_switched_off_is_removed_too(founder: User, colleague: User) -> None:
    firm = register(founder).enterprise
    other = make_member(firm, colleague)
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    browser = browser_of(founder)
    assert browser.post(f"/enterprises/memberships/{other.pk}/end/").status_code == 302
    assert membership(colleague).state == "left"
    browser.get("/enterprises/")  # says what was done
    assert "李工" not in browser.get("/enterprises/").content.decode()
