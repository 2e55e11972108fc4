"""The same way through the API alone, each with the token of the demo account."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.journeys.asking import ASK_NOW
from tests.journeys.stack import Stack

pytestmark = pytest.mark.xdist_group("journeys")


class Program:
    """A program that acts for one person."""

    def __init__(self, portal: Stack, role: str) -> None:
        self.base = f"{portal.url}/api/v1"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {portal.accounts[role]['token']}"

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = self.session.get(f"{self.base}{path}", params=query, timeout=20)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any], status: int = 200, key: str = "", **more: Any) -> Any:
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        answer = self.session.post(f"{self.base}{path}", json=body, headers=headers, timeout=20, **more)
        assert answer.status_code == status, answer.text
        return answer.json()


def test_programs_lead_a_need_from_the_first_word_to_the_rating(portal: Stack) -> None:
    enterprise, rival = Program(portal, "enterprise"), Program(portal, "rival")
    desk, institution = Program(portal, "specialist"), Program(portal, "provider")
    key = uuid.uuid4().hex
    need = {"text": "三台压力变送器要校准，两周内要用。", "product": "卫浴", "consent": True}
    case = enterprise.post("/cases/", need, status=201, key=key)
    assert enterprise.post("/cases/", need, status=201, key=key)["number"] == case["number"], "sent twice, made once"
    number = case["number"]
    rival.get(f"/cases/{number}/", status=404)
    institution.get(f"/cases/{number}/", status=403)

    seen = desk.get(f"/desk/cases/{number}/")
    confirmed = desk.post(f"/desk/cases/{number}/confirm/", {"version": seen["version"], "needs": [{"item": "SM-02"}]})
    again = {"version": seen["version"], "needs": [{"item": "SM-02"}]}
    assert desk.post(f"/desk/cases/{number}/confirm/", again, status=409)["status"] == 409
    [piece] = confirmed["needs"]

    match = desk.get(f"/needs/{piece['id']}/match/")
    assert "lapsed" not in str(match["ranked"]) and match["excluded"][0]["gate"]
    fit = {row["name_zh"]: row["institution"] for row in match["ranked"]}
    chosen = {"institution": fit["演示市质量技术研究院"], "reason": "企业已与该机构有过合作。"}
    offered = desk.post(f"/needs/{piece['id']}/offers/", chosen, status=201)

    path = f"/referrals/{offered['referral']}"
    assert len(institution.get("/referrals/", case=number)["results"]) == 1
    shown = institution.get(f"{path}/")["contact"] or {}
    assert not any(shown.get(name) for name in ("enterprise", "name", "phone", "email")), "nothing before it accepts"
    rival.get(f"{path}/", status=404)
    accepted = institution.post(f"{path}/accept/", {})
    assert accepted["state"] == "accepted"
    assert accepted["contact"]["full"], "it has accepted, and the enterprise agreed to be reached"
    delivered = {"kind": "calibration_certificate", "issued_on": accepted["accepted_at"][:10], "summary": "合格"}
    assert institution.post(f"{path}/deliver/", delivered)["state"] == "delivered"
    assert enterprise.post(f"{path}/confirm/", {})["state"] == "confirmed"
    assert enterprise.get(f"/cases/{number}/")["state"] == "closed"

    portal.manage("shell", "-c", ASK_NOW)
    asked = enterprise.get("/followups/?kind=satisfaction")["results"]
    [owed] = [one for one in asked if one["referral"] == offered["referral"]]
    enterprise.post(f"/followups/{owed['id']}/answer/", {"grade": 4, "solved": "yes", "comment": "可以"})
    rated = portal.sql("SELECT grade, source FROM experts_rating WHERE referral_ref = %s", offered["referral"])
    assert rated == [(4, "account")] or rated == [(4, "api")]


def test_fifty_identical_posts_make_one_case(portal: Stack) -> None:
    enterprise, key = Program(portal, "enterprise"), uuid.uuid4().hex
    need = {"text": "同一份诉求连点五十次也只有一个编号。", "consent": True}

    def once(_number: int) -> tuple[int, str]:
        headers = {**enterprise.session.headers, "Idempotency-Key": key}
        answer = requests.post(f"{enterprise.base}/cases/", json=need, headers=headers, timeout=60)
        return answer.status_code, answer.json().get("number", "")

    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(once, range(50)))
    numbers = {number for status, number in answers if status == 201}
    assert len(numbers) == 1
    assert {status for status, _number in answers} <= {201, 409}, "the same answer, or: it is being worked on"
    assert portal.sql("SELECT count(*) FROM cases_case WHERE text = %s", need["text"]) == [(1,)]


def test_a_problem_is_told_as_a_problem(portal: Stack) -> None:
    enterprise = Program(portal, "enterprise")
    problem = enterprise.post("/cases/", {"text": "短", "consent": False}, status=400)
    assert {"type", "title", "status", "errors"} <= problem.keys()
    assert {"text", "consent"} <= problem["errors"].keys()


def test_the_schema_and_its_page_are_open(portal: Stack) -> None:
    assert requests.get(f"{portal.url}/api/schema/", timeout=20).status_code == 200
    assert requests.get(f"{portal.url}/api/docs/", timeout=20).status_code == 200
