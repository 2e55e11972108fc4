"""Every address × method × role, against a table written by hand. The table is the policy; the code has its own, and both agree.

``open`` whoever asks is answered · ``closed`` the anonymous are sent to sign in · ``own`` opens, for what is one's own · ``foreign``
the row behind the address is somebody else's and is not found · ``no`` the role may not · ``none`` is not there at all in production.
"""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import reverse

from portal.accounts.models import ApiToken, User
from portal.accounts.roles import Role
from portal.files.models import Attachment
from portal.notices.models import Notice
from services.cases import actions as cases
from services.cases.models import Audience
from services.cases.states import ReferralState
from services.followup import actions as followup
from services.followup.models import FollowUp
from services.routing.models import MatchRecord
from services.triage.models import SavedView
from tests.authz.routes import methods_of, walk
from tests.factories import (
    NOW,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_referral,
    make_user,
)

MATRIX = list(csv.DictReader((Path(__file__).parent / "matrix.csv").open(encoding="utf-8")))
ROLES = [role.value for role in Role]
WORKING = {200, 201, 204, 302, 400, 409, 410, 422}
"""Let in: whatever the answer, it is not that of a closed door."""


def test_every_route_is_in_the_table_and_every_line_has_its_route() -> None:
    assert {route.name for route in walk()} == {line["route"] for line in MATRIX}


def test_no_line_is_written_twice() -> None:
    lines = Counter((line["route"], line["method"]) for line in MATRIX)
    assert [line for line, times in lines.items() if times > 1] == []


def test_every_method_an_api_route_declares_is_in_the_table() -> None:
    listed = {(line["route"], line["method"]) for line in MATRIX}
    declared = {(route.name, method) for route in walk() for method in methods_of(route)}
    assert declared - listed == set()


def test_whatever_the_table_closes_to_the_anonymous_does_not_opt_out() -> None:
    """A view that opts out of the sign-in rule is on the list of open ones. DRF always opts out and has its own rule."""
    closed = {line["route"] for line in MATRIX if line["anonymous"] == "closed"}
    opted_out = {
        route.name
        for route in walk()
        if getattr(route.callback, "login_required", True) is False and not hasattr(route.callback, "cls")
    }
    assert opted_out & closed == set()


@pytest.fixture
def somebody_elses(db: None) -> dict[str, dict[str, Any]]:
    """One of everything that belongs to an enterprise and an institution other than the visitor's, by route."""
    owner, provider = make_user(email="b@enterprise.example"), make_user(Role.PROVIDER)
    firm, institution = make_enterprise(owner), make_institution(provider)
    case = make_case(submitter=owner, enterprise=firm)
    referral = make_referral(make_need(case), institution, state=ReferralState.CONFIRMED)
    paper = _paper(case)
    followup.plan(now=NOW)
    owed = FollowUp.objects.get(referral=referral)
    record = MatchRecord.objects.create(
        need=referral.need, referral=referral, chosen=institution, rule_version="test/1", by=referral.handler, at=NOW
    )
    joining = make_user().memberships.create(enterprise=make_enterprise(state="registered"))
    return {
        "board": {"slug": referral.need.board.slug, "pk": referral.need.board_id},
        "code": {"code": referral.need.item_id, "pk": referral.need.item_id},
        "institution": {"pk": institution.pk},
        "case": {"number": case.number},
        "need": {"pk": referral.need_id},
        "referral": {"pk": referral.pk},
        "document": {"pk": paper},
        "followup": {"pk": owed.pk},
        "record": {"pk": record.pk},
        "membership": {"pk": joining.pk},
        "enterprise": {"pk": firm.pk},
        "token": {"pk": _token(owner)},
        "notice": {"pk": Notice.objects.filter(user=owner).latest("id").pk},
        "view": {"pk": SavedView.objects.create(user=referral.handler, name="x", query="").pk},
    }


def _paper(case: Any) -> int:
    attachment = Attachment.objects.create(
        file="none", display_name="x.pdf", content_type="application/pdf", size=1, sha256="0" * 64
    )
    return cases.attach(case, [attachment], audience=Audience.SHARED, now=NOW)[0].pk


def _token(owner: User) -> int:
    ApiToken.issue(owner, name="b")
    return owner.tokens.get().pk


OBJECTS = {
    "lobby:board": "board",
    "api:board-detail": "board",
    "lobby:item": "code",
    "api:item-detail": "code",
    "directory:institution": "institution",
    "accounts:revoke_token": "token",
    "notices:open": "notice",
    "enterprises:edit": "enterprise",
    "enterprises:decide": "membership",
    "intake:sent": "case",
    "triage:delete_view": "view",
    "triage:decide": "need",
    "routing:need": "need",
    "routing:offer": "need",
    "routing:recall": "referral",
    "routing:record": "record",
    "api:need_match": "need",
    "api:need_offers": "need",
    "casefile:withdraw_need": "need",
    "casefile:document": "document",
    "api:document-detail": "document",
}
OF_PREFIX = {
    "triage:": "case",
    "casefile:": "case",
    "api:case-": "case",
    "delivery:": "referral",
    "api:referral-": "referral",
    "followup:": "followup",
    "api:followup-": "followup",
}
FIXED = {
    "decision": "accept",
    "step": {"delivery:provider_step": "accept", "delivery:enterprise_step": "confirm"},
    "token": "no-such-token",
    "handle": "nosuchsession",
    "name": "note",
}


def address(route: str, objects: dict[str, dict[str, Any]]) -> str:
    """The address of the route with the other side's row in it."""
    pattern = next(one.pattern for one in walk() if one.name == route)
    kind = OBJECTS.get(route) or next((kind for start, kind in OF_PREFIX.items() if route.startswith(start)), "")
    wanted = {name: value for name, value in objects.get(kind, {}).items() if f"<{name}>" in pattern or f":{name}>" in pattern}
    for name, value in FIXED.items():
        if f"<{name}>" in pattern or f":{name}>" in pattern:
            wanted.setdefault(name, value[route] if isinstance(value, dict) else value)
    if route == "admin/login/":
        return "/admin/login/"
    return reverse(route, kwargs=wanted)


def ask(client: Client, line: dict[str, str], path: str) -> int:
    headers = {"Idempotency-Key": "authz-key-0001"} if line["route"].startswith("api:") else {}
    if line["method"] == "GET":
        return client.get(path, headers=headers).status_code
    body = {"content_type": "application/json"} if line["route"].startswith("api:") else {}
    return client.post(path, {}, headers=headers, **body).status_code


@pytest.mark.parametrize("line", MATRIX, ids=lambda line: f"{line['method']} {line['route']}")
def test_each_role_gets_what_the_table_says(line: dict[str, str], somebody_elses: dict[str, dict[str, Any]]) -> None:
    path = address(line["route"], somebody_elses)
    api = line["route"].startswith("api:")
    found = {"anonymous": _verdict(ask(Client(), line, path), anonymous=True, api=api, expected=line["anonymous"])}
    for role in ROLES:
        client = Client()
        client.force_login(make_user(role), backend="portal.accounts.backends.RoleBackend")
        found[role] = _verdict(ask(client, line, path), anonymous=False, api=api, expected=line[role])
    assert found == {who: line[who] for who in ("anonymous", *ROLES)}


def _verdict(status: int, *, anonymous: bool, api: bool, expected: str) -> str:
    """What an answer means. Being let in reads as whatever word of being let in the table uses."""
    if status == 403 and not (anonymous and api):
        return "no"
    if anonymous and expected == "closed" and status in ((401, 403) if api else (302,)):
        return "closed"
    if status == 404:
        return "none" if expected == "none" else "foreign"
    if expected in {"open", "own"} and (status in WORKING or status == 503):
        return expected
    return f"answered {status}"


def test_without_the_rule_a_page_would_be_open(client: Client, settings: Any) -> None:
    """The control: take the sign-in rule away and a page without its own door answers the anonymous."""
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "LoginRequired" not in one]
    with pytest.raises(AttributeError):
        client.get(reverse("accounts:profile"))
    assert login_not_required.__name__ == "login_not_required"
