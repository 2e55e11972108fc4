"""Every address × method × role, against a table written by hand. The table is the policy; the code has its own, and
both agree.

``open`` whoever asks is answered · ``closed`` the anonymous are sent to sign in · ``own`` opens, for what is one's own
· ``foreign`` the row behind the address is somebody else's and is not found; it opens to its owner · ``no`` the role
may not · ``none`` is not there at all in production.
"""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.shortcuts import resolve_url
from django.test import Client

from services.casefile import screen
from tests.authz.routes import PUBLIC, Route, routes
from tests.authz.world import VISITORS, Values, World, ask, signed_in

pytestmark = pytest.mark.usefixtures("refusals_drawn_once")

Line = dict[str, str]


def read(name: str) -> list[Line]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MATRIX = read("matrix.csv")
LISTED = {(line["route"], line["method"]) for line in MATRIX}
LET_IN = {200, 201, 204, 302, 400, 409, 410, 422, 503}
"""Let in: whatever the answer, it is not that of a closed door."""

KINDS = {
    "lobby:board": "board",
    "api:board-detail": "board",
    "lobby:item": "item",
    "api:item-detail": "item",
    "directory:institution": "institution",
    "accounts:revoke_token": "token",
    "accounts:end_session": "session",
    "notices:open": "notice",
    "enterprises:edit": "enterprise",
    "enterprises:people": "enterprise",
    "enterprises:end": "speaker",
    "enterprises:entrust": "speaker",
    "enterprises:decide": "membership",
    "intake:sent": "case",
    "triage:delete_view": "view",
    "triage:decide": "need",
    "triage:describe": "need",
    "triage:reopen": "need",
    "routing:need": "need",
    "routing:offer": "need",
    "routing:hold": "need",
    "routing:lift": "need",
    "routing:ask_signature": "need",
    "routing:sign": "signature",
    "routing:recall": "referral",
    "routing:record": "record",
    **dict.fromkeys(("rectification:rating", "rectification:reply_to_rating", "rectification:lodge"), "rating"),
    **dict.fromkeys(("rectification:appeal", "rectification:rule"), "appeal"),
    "api:need_match": "need",
    "api:need_offers": "need",
    "api:survey": "followup",
    "casefile:withdraw_need": "need",
    "casefile:reopen_need": "need",
    "casefile:document": "document",
    "api:document-detail": "document",
    "pool:held": "held",
    "pool:drop": "line",
    "pool:confirm": "institution",
    "pool:edit": "institution",
    **dict.fromkeys(("pool:claim", "pool:offer_new", "pool:times"), "institution"),
    **dict.fromkeys(("pool:offer", "pool:offer_pause"), "capability"),
    "pool:away_drop": "absence",
    "pool:decide_offer": "offer_request",
    "pool:rescope": "credential",
    "pool:credential": "credential",
    "pool:credential_step": "credential",
    "pool:credential_file": "credential",
    "pool:settle": "correction",
    **dict.fromkeys(("pool:history", "pool:own_standing"), "institution"),
    **dict.fromkeys(("pool:proposal", "pool:decide_standing", "pool:sign_standing", "pool:standing_paper"), "proposal"),
    **dict.fromkeys(("pool:reply_standing", "pool:appeal_standing"), "proposal"),
    **dict.fromkeys(("pool:standing_appeal", "pool:rule_standing"), "standing_appeal"),
    **dict.fromkeys(("pool:appraisal", "pool:appraise", "pool:export_appraisals"), "appraisal"),
}
KINDS_OF_ROOMS = {
    "labs:booking": "lab_booking",
    **dict.fromkeys(("labs:instrument", "labs:times", "labs:photo", "labs:book", "labs:wait"), "instrument"),
    **dict.fromkeys(
        ("labs:keep", "labs:rules", "labs:hours", "labs:facts", "labs:block", "labs:qualify"), "instrument"
    ),
    "labs:feed_instrument": "instrument",
    "api:instrument-": "instrument",
    "api:booking-": "lab_booking",
    "labs:leave": "place",
    "labs:lift": "blackout",
    "labs:withdraw": "qualification",
    "labs:feed": "feed",
    "labs:statements": "export",
    "labs:": "lab_booking",
    "triage:": "case",
    "casefile:": "case",
    "api:case-": "case",
    "api:desk-case-": "case",
    "delivery:": "referral",
    "api:referral-": "referral",
    "followup:": "followup",
    "pool:export": "export",
    "routing:exposure_table": "export",
    "pool:": "application",
    "imports:new": "kind",
    "imports:template": "kind",
    "imports:": "import",
    "consulting:board": "entry",
    **dict.fromkeys(("consulting:finding", "consulting:help_with_finding"), "finding"),
    "consulting:photo": "photo",
    **dict.fromkeys(
        [f"consulting:{name}" for name in ("action", "edit_action", "done", "drop", "help_with_action")], "plan_action"
    ),
    **dict.fromkeys(("consulting:check_benefit", "consulting:benefit_paper"), "benefit"),
    "consulting:benefit": "plan_action",
    "consulting:declare": "naming",
    **dict.fromkeys(("consulting:checklist", "consulting:take_part"), "award"),
    "consulting:": "plan",
    "api:improvement_plan": "plan",
    "boards:": "entry",
    "ip:": "ip_deadline",
    "testing:hand_over": "test_sample",
    **dict.fromkeys(("testing:record", "testing:send_item"), "test_item"),
    "testing:": "test_order",
    "metrology:": "batch",
    "api:metrology_orders": "batch",
    "certification:": "roadmap_step",
    "api:entr": "entry",
    "dossier:": "enterprise",
    "twins:pair": "twins",
    "twins:list": "twins",
    "twins:apart": "pair",
    "twins:record": "merging",
    "api:followup-": "followup",
    "rectification:": "rectification",
    "api:rectification-": "rectification",
    "api:appeal-": "appeal",
}
SAID: Values = {"decision": "accept", "name": "note"}
STEPS = {"delivery:provider_step": "accept", "delivery:enterprise_step": "confirm"}
NEVER_THEIRS = {
    ("routing:record", "expert"),
    ("routing:record", "curator"),
    ("routing:record", "administrator"),
    *(
        (f"imports:{name}", who)
        for name in ("new", "template", "run", "progress", "confirm", "cancel", "errors")
        for who in ("enterprise", "specialist", "team_lead", "centre_lead")
    ),
    *((f"consulting:{step}", "enterprise") for step in ("recheck", "check_benefit")),
    *((route, lead) for route in ("twins:apart", "twins:record") for lead in ("team_lead", "centre_lead")),
}
"""Not found whoever they are: nothing of the kind can belong to this role."""
ANYBODYS = {"accounts:revoke_token", "accounts:end_session", "notices:open"}
"""Rows that a person of any role has of their own; one role stands for all of them."""


def kind_of(route: str) -> str:
    return KINDS.get(route) or next((kind for start, kind in KINDS_OF_ROOMS.items() if route.startswith(start)), "")


def address(route: Route, world: World, **instead: Any) -> str:
    """The address of the route with the row in it that belongs to somebody."""
    row = world.rows.get(kind_of(route.name), {})
    return route.address({**SAID, "step": STEPS.get(route.name, ""), **row, **instead})


def verdict(who: str, answer: Any, expected: str) -> str:
    """What an answer means, in the words of the table. Being let in reads as the word that the table uses."""
    anonymous, status = who == "anonymous", answer.status_code
    to_sign_in = status == 302 and answer["Location"].startswith(resolve_url(portal_settings.LOGIN_URL))
    if anonymous and (status == 401 or to_sign_in):
        return "closed"
    if status == 403 and not anonymous:
        return "no"
    if status == 404:
        return "none" if expected == "none" else "foreign"
    if status in LET_IN and not to_sign_in:
        return expected if expected in {"open", "own"} else f"let in ({status})"
    return f"answered {status}"


# The table and the code name the same addresses.


def test_every_route_is_in_the_table_and_every_line_has_its_route() -> None:
    in_table = {line["route"] for line in MATRIX}
    assert (set(routes()) - in_table, in_table - set(routes())) == (set(), set())


def test_no_line_is_written_twice() -> None:
    lines = Counter((line["route"], line["method"]) for line in MATRIX)
    assert [line for line, times in lines.items() if times > 1] == []


def test_every_method_an_api_route_declares_is_in_the_table() -> None:
    declared = {(route.name, method) for route in routes().values() for method in route.declared()}
    assert declared - LISTED == set()


def test_the_words_of_the_table_are_known() -> None:
    assert {line[who] for line in MATRIX for who in VISITORS} <= {"open", "closed", "own", "foreign", "no", "none"}
    assert {line["anonymous"] for line in MATRIX} <= {"open", "closed", "none"}


# Public pages stand on one list.


def test_what_the_table_opens_to_the_anonymous_is_the_list_of_public_pages() -> None:
    assert {line["route"] for line in MATRIX if line["anonymous"] != "closed"} == PUBLIC


def test_no_page_opts_out_of_the_sign_in_rule_without_standing_on_the_list() -> None:
    assert {route.name for route in routes().values() if route.opted_out} <= PUBLIC


# A number that no row can have.


NO_ROW = 2**63
NUMBER = re.compile(r"<int:(\w+)>")


def test_a_number_that_no_row_can_have_is_not_found_by_those_who_may_look(world: World) -> None:
    """It is larger than what a column holds: the database would call the question wrong."""
    found = {}
    for line in MATRIX:
        route = routes()[line["route"]]
        who = next((each for each in VISITORS[1:] if line[each] in {"own", "foreign"}), "")
        if who and NUMBER.search(route.pattern):
            path = address(route, world, **dict.fromkeys(NUMBER.findall(route.pattern), NO_ROW))
            found[line["method"], route.name, who] = ask(world.client(who), line["method"], path, api=route.is_api)
    assert len(found) > 100
    assert {key: answer.status_code for key, answer in found.items() if answer.status_code != 404} == {}


# Who gets what.


@pytest.mark.parametrize("line", MATRIX, ids=lambda line: f"{line['method']} {line['route']}")
def test_each_visitor_gets_what_the_table_says(line: Line, world: World, settings: Any) -> None:
    settings.PRODUCTION = "none" in line.values()
    route = routes()[line["route"]]
    path = address(route, world)
    found = {
        who: verdict(who, ask(world.client(who), line["method"], path, api=route.is_api), line[who]) for who in VISITORS
    }
    assert {who: word for who, word in found.items() if word != line[who]} == {}


OWNED = [
    (line, role)
    for line in MATRIX
    for role in VISITORS[1:]
    if line[role] == "foreign"
    and (line["route"], role) not in NEVER_THEIRS
    and (line["route"] not in ANYBODYS or role == "enterprise")
]


@pytest.mark.parametrize(("line", "role"), OWNED, ids=lambda part: part if isinstance(part, str) else part["route"])
def test_what_is_not_found_by_others_opens_to_its_owner(line: Line, role: str, world: World) -> None:
    """Otherwise "not found" might only mean that the address was wrong."""
    route = routes()[line["route"]]
    owner = world.owners[kind_of(route.name)][_owning(line["route"], role)]
    answer = ask(signed_in(owner), line["method"], address(route, world), api=route.is_api)
    assert answer.status_code in LET_IN


def _owning(route: str, role: str) -> str:
    return "specialist" if route == "triage:delete_view" else role


@pytest.mark.parametrize("name", sorted({line["route"] for line in MATRIX}))
def test_a_method_that_is_not_in_the_table_is_refused(name: str, world: World) -> None:
    """Asked as whoever gets furthest."""
    route = routes()[name]
    line = next(line for line in MATRIX if line["route"] == name)
    who = next((who for who in VISITORS if line[who] in {"open", "own"}), "enterprise")
    others = {"GET", "POST", "PUT", "DELETE"} - {method for listed, method in LISTED if listed == name}
    path = address(route, world)
    answers = {method: ask(world.client(who), method, path, api=route.is_api).status_code for method in sorted(others)}
    assert {method: status for method, status in answers.items() if status not in {403, 404, 405}} == {}


# Controls: the same questions with a guard taken away.


def test_without_the_sign_in_rule_the_table_would_not_hold(world: World, settings: Any) -> None:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "LoginRequired" not in one]
    answer = ask(Client(raise_request_exception=False), "GET", "/notices/")
    assert answer.status_code != 302


def test_without_the_scope_of_its_query_a_foreign_case_would_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(routes()["casefile:case"], world)
    assert ask(world.client("enterprise"), "GET", path).status_code == 404
    monkeypatch.setattr("services.cases.models.cases.CaseQuerySet.visible_to", lambda rows, user: rows.all())
    monkeypatch.setattr(screen.called, "statements", {})
    assert ask(world.client("enterprise"), "GET", path).status_code == 200


def test_without_a_permission_of_its_own_an_api_view_lets_nobody_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(routes()["api:need_match"], world)
    assert ask(world.client("specialist"), "GET", path, api=True).status_code == 200
    monkeypatch.delattr("services.routing.api.MatchView.permission_classes")
    assert ask(world.client("specialist"), "GET", path, api=True).status_code == 403
