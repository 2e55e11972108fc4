"""Whoever is dismissed, disabled or given another role is refused at the very next request, by page and by token."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from enterprises.models import Enterprise, Membership
from experts import standing
from experts.models import Institution, InstitutionMembership
from portal.accounts.models import ApiToken, User
from portal.accounts.roles import Role
from portal.imports import actions as imports
from portal.imports.models import ImportRun
from services.casefile import screen
from services.cases.models import Case, Referral
from services.cases.states import ReferralState
from services.stations.models import Assignment
from tests.authz.world import signed_in
from tests.factories import (
    NOW,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_referral,
    make_region,
    make_user,
)
from tests.portal.imports import rows as lists

pytestmark = pytest.mark.django_db


@dataclass
class Access:
    """Somebody with an open session and a key, and the pages that show what is theirs."""

    user: User
    page: str
    api: str
    client: Client
    token: str

    def statuses(self) -> tuple[int, int]:
        by_token = Client().get(self.api, headers={"Authorization": f"Token {self.token}"})
        return self.client.get(self.page).status_code, by_token.status_code


def access(user: User, page: str, api: str) -> Access:
    return Access(user, page, api, signed_in(user), ApiToken.issue(user, name="t"))


@pytest.fixture
def firm(db: None) -> Enterprise:
    return make_enterprise(make_user())


@pytest.fixture
def case(firm: Enterprise) -> Case:
    return make_case(submitter=firm.memberships.get().user, enterprise=firm)


@pytest.fixture
def colleague(firm: Enterprise, case: Case) -> Access:
    """A member who did not send the case: only the membership opens it."""
    user = make_user()
    Membership.objects.create(user=user, enterprise=firm, state=Membership.State.ACTIVE)
    return access(user, case.get_absolute_url(), f"/api/v1/cases/{case.number}/")


@pytest.fixture
def provider(case: Case) -> Access:
    user = make_user(Role.PROVIDER)
    referral: Referral = make_referral(make_need(case), make_institution(user), state=ReferralState.ACCEPTED)
    return access(user, f"/delivery/{referral.pk}/", f"/api/v1/referrals/{referral.pk}/")


@pytest.fixture
def specialist(case: Case) -> Access:
    user = make_user(Role.SPECIALIST)
    return access(user, f"/triage/{case.number}/", f"/api/v1/desk/cases/{case.number}/")


def leave(user: User) -> None:
    user.memberships.update(state=Membership.State.LEFT)


def be_refused(user: User) -> None:
    user.memberships.update(state=Membership.State.REFUSED)


def leave_institution(user: User) -> None:
    InstitutionMembership.objects.filter(user=user).update(active=False)


def leave_station(user: User) -> None:
    Assignment.objects.filter(user=user).delete()


def be_disabled(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def become(role: str) -> Callable[[User], None]:
    def change(user: User) -> None:
        User.objects.filter(pk=user.pk).update(role=role)

    change.__name__ = f"become_{role}"
    return change


REVOKED = [
    ("colleague", leave, (404, 404)),
    ("colleague", be_refused, (404, 404)),
    ("colleague", be_disabled, (302, 401)),
    ("colleague", become(Role.EXPERT), (302, 401)),
    ("provider", leave_institution, (404, 404)),
    ("provider", be_disabled, (302, 401)),
    ("provider", become(Role.ENTERPRISE), (302, 401)),
    ("specialist", leave_station, (404, 404)),
    ("specialist", be_disabled, (302, 401)),
    ("specialist", become(Role.PROVIDER), (302, 401)),
]


@pytest.mark.parametrize(
    ("who", "revoke", "refused"), REVOKED, ids=[f"{who} {revoke.__name__}" for who, revoke, _refused in REVOKED]
)
def test_the_next_request_is_refused(
    who: str, revoke: Callable[[User], None], refused: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    has: Access = request.getfixturevalue(who)
    assert has.statuses() == (200, 200)
    revoke(has.user)
    assert has.statuses() == refused


def test_a_member_who_waits_to_be_let_in_sees_nothing(firm: Enterprise, case: Case) -> None:
    user = make_user()
    Membership.objects.create(user=user, enterprise=firm)
    waiting = access(user, case.get_absolute_url(), f"/api/v1/cases/{case.number}/")
    assert waiting.statuses() == (404, 404)


def test_a_revoked_key_is_dead_while_the_session_lives(colleague: Access) -> None:
    token = colleague.user.tokens.get()
    answer = colleague.client.post(f"/accounts/profile/keys/{token.pk}/revoke/")
    assert answer.status_code == 302 and colleague.statuses() == (200, 401)


def test_a_key_never_opens_pages_and_a_session_ended_elsewhere_opens_nothing(colleague: Access) -> None:
    page = Client().get(colleague.page, headers={"Authorization": f"Token {colleague.token}"})
    assert page.status_code == 302
    signed_in(colleague.user).post("/accounts/profile/sessions/end-others/")
    assert colleague.statuses() == (302, 200)


def test_a_list_is_neither_confirmed_nor_written_for_whoever_may_no_longer_bring_it_in() -> None:
    curators = [make_user(Role.CURATOR, language="en") for _each in range(3)]
    rows = [lists.HEADER, ["甲检测", make_region().pk, "", ""]]
    runs = [lists.make_checked(user, rows) for user in curators]
    for run in runs[1:]:
        imports.confirm(run, by=run.by, now=NOW)
    become(Role.SPECIALIST)(curators[0])
    become(Role.SPECIALIST)(curators[1])
    be_disabled(curators[2])
    for each in curators:
        each.refresh_from_db()
    assert signed_in(curators[0]).post(f"/imports/{runs[0].pk}/confirm/").status_code == 404
    assert imports.work(NOW) == 0
    states = ImportRun.objects.filter(pk__in=[run.pk for run in runs]).order_by("pk").values_list("state", "problem")
    refused = ("failed", "You may no longer bring in lists of this kind here.")
    assert refused[1] in signed_in(curators[1]).get("/imports/").content.decode()
    assert list(states) == [("checked", ""), refused, refused]
    assert not Institution.objects.filter(name_zh="甲检测").exists()


def test_without_the_membership_in_the_query_a_dismissed_member_would_go_on_reading(
    colleague: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(colleague.user)
    monkeypatch.setattr(
        "enterprises.models.EnterpriseQuerySet.of", lambda rows, user: rows.filter(memberships__user=user)
    )
    monkeypatch.setattr(screen.called, "statements", {})
    monkeypatch.setattr("services.casefile.api._one.statements", {})
    assert colleague.statuses() == (200, 200)


def test_an_institution_that_was_removed_keeps_its_people_from_new_work_only(provider: Access) -> None:
    """Work in hand is finished; no new offers come, because the gate of standing is shut."""
    institution = Institution.objects.get(memberships__user=provider.user)
    for step in ("probation", "suspended", "removed"):
        standing.move(institution, step, by=make_user(), second=make_user(), now=NOW, reason="x")
    assert provider.statuses() == (200, 200)
