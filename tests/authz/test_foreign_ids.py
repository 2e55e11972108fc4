"""Ids of somebody else's rows in a body: refused with a word at the field or as not found, and nothing is changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from enterprises.models import spoken_for
from portal.accounts.roles import Role
from services.cases.models import Case, Need
from services.cases.states import ReferralState
from tests.authz import snapshot
from tests.authz.world import World, signed_in
from tests.factories import (
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_station,
    make_user,
)

REFUSED = {400, 404, 409, 422}
UNKNOWN = 999_999_999


@dataclass
class Mine:
    """Somebody's own things, beside the world that belongs to others."""

    owner: Client
    case: Case
    need: Need
    provider: Client
    specialist: Client
    elsewhere: Case


@pytest.fixture
def mine(world: World) -> Mine:
    """The specialist works at a window below the centre, so the centre's own cases are not theirs to see."""
    window = make_station(parent=make_station())
    owner, provider = make_user(), make_user(Role.PROVIDER)
    specialist = make_user(Role.SPECIALIST, station=window)
    firm = make_enterprise(owner)
    case = make_case(submitter=owner, enterprise=firm, station=window)
    done = make_case(submitter=owner, enterprise=firm, station=window)
    need = make_need(done, by=specialist)
    make_referral(need, make_institution(provider), state=ReferralState.ACCEPTED, by=specialist)
    seeking = make_need(done, by=specialist)
    return Mine(signed_in(owner), case, seeking, signed_in(provider), signed_in(specialist), make_case())


Attack = Callable[[Mine, World], HttpResponse]
SAID: dict[str, Any] = {
    "text": "我们的产品需要检测",
    "product": "卫浴",
    "consent": True,
    "contact": "wang@enterprise.example",
}
CALLED = {**SAID, "contact_name": "王", "channel": "phone"}


def post(client: Client, path: str, body: dict[str, Any]) -> HttpResponse:
    return client.post(path, body)


def send(client: Client, path: str, body: dict[str, Any]) -> HttpResponse:
    headers = {"Idempotency-Key": "foreign-key-0001"}
    return client.post(path, body, content_type="application/json", headers=headers)


def need_body(mine: Mine, **fields: Any) -> dict[str, Any]:
    return {"version": mine.case.version, "needs": [{"item": mine.need.item_id, **fields}]}


ATTACKS: dict[str, Attack] = {
    "a need in the name of another enterprise": lambda mine, world: post(
        mine.owner, "/intake/", {**SAID, "enterprise": world.rows["enterprise"]["pk"]}
    ),
    "the same by program": lambda mine, world: send(
        mine.owner, "/api/v1/cases/", {**SAID, "enterprise": world.rows["enterprise"]["pk"]}
    ),
    "an order of what is not offered": lambda mine, world: send(
        mine.owner, "/api/v1/cases/", {**SAID, "item": "XX-99"}
    ),
    "a record for a station one does not work at": lambda mine, world: post(
        mine.specialist,
        "/intake/assisted/",
        {**CALLED, "station": mine.elsewhere.station_id, "enterprise_name": "甲"},
    ),
    "a record for an enterprise that is not there": lambda mine, world: post(
        mine.specialist,
        "/intake/assisted/",
        {**CALLED, "station": mine.case.station_id, "enterprise": UNKNOWN},
    ),
    "a merger into a case of another station": lambda mine, world: post(
        mine.specialist,
        f"/triage/{mine.case.number}/merge/",
        {"number": mine.elsewhere.number, "version": mine.case.version, "confirmed": "1"},
    ),
    "the same merger by program": lambda mine, world: send(
        mine.specialist,
        f"/api/v1/desk/cases/{mine.case.number}/merge/",
        {"number": mine.elsewhere.number, "into": mine.elsewhere.number, "version": mine.case.version},
    ),
    "a need of an unknown service": lambda mine, world: send(
        mine.specialist, f"/api/v1/desk/cases/{mine.case.number}/confirm/", need_body(mine, item="XX-99")
    ),
    "a need that waits for one that is not there": lambda mine, world: send(
        mine.specialist, f"/api/v1/desk/cases/{mine.case.number}/confirm/", need_body(mine, after=7)
    ),
    "a need that waits for one of another case": lambda mine, world: send(
        mine.specialist,
        f"/api/v1/desk/cases/{mine.case.number}/confirm/",
        need_body(mine, after=world.rows["need"]["pk"]),
    ),
    "an offer to who does not offer the service": lambda mine, world: post(
        mine.specialist, f"/routing/needs/{mine.need.pk}/offer/", {"institution": make_institution().pk, "reason": "x"}
    ),
    "an offer to nobody": lambda mine, world: post(
        mine.specialist, f"/routing/needs/{mine.need.pk}/offer/", {"institution": UNKNOWN}
    ),
    "the same by program with another's institution": lambda mine, world: send(
        mine.specialist,
        f"/api/v1/needs/{mine.need.pk}/offers/",
        {"institution": world.rows["institution"]["pk"], "reason": "x"},
    ),
    "an offer of a need of another station": lambda mine, world: send(
        mine.specialist,
        f"/api/v1/needs/{world.rows['need']['pk']}/offers/",
        {"institution": world.rows["institution"]["pk"]},
    ),
    "a decision about a need of another station": lambda mine, world: post(
        mine.specialist, f"/triage/needs/{world.rows['need']['pk']}/decide/", {"to": "unmet", "reason": "x"}
    ),
    "an answer at once about an unknown service": lambda mine, world: post(
        mine.specialist,
        f"/triage/{mine.case.number}/answer/",
        {"item": "XX-99", "text": "x", "version": mine.case.version},
    ),
    "an answer to another's case": lambda mine, world: send(
        mine.owner, f"/api/v1/cases/{world.rows['case']['number']}/answer/", {"text": "x"}
    ),
    "a confirmation of another's result": lambda mine, world: send(
        mine.owner, f"/api/v1/referrals/{world.rows['referral']['pk']}/confirm/", {"version": 1}
    ),
    "a delivery into another's referral": lambda mine, world: send(
        mine.provider,
        f"/api/v1/referrals/{world.rows['referral']['pk']}/deliver/",
        {"kind": "advice", "issued_on": "2026-11-20", "summary": "x", "version": 1},
    ),
    "a region that is not there": lambda mine, world: post(
        mine.owner,
        f"/enterprises/{mine.case.enterprise_id}/edit/",
        {"name": "x", "other_identifier": "y", "region": "999999"},
    ),
    "the code of an enterprise that is registered": lambda mine, world: post(
        mine.owner,
        f"/enterprises/{mine.case.enterprise_id}/edit/",
        {"name": "x", "uscc": make_enterprise(uscc="91510185MA6A000155").uscc},
    ),
    "a colleague of another enterprise let in": lambda mine, world: post(
        mine.owner, f"/enterprises/memberships/{world.rows['membership']['pk']}/accept/", {}
    ),
    "a view of somebody else deleted": lambda mine, world: post(
        mine.specialist, f"/triage/views/{world.rows['view']['pk']}/delete/", {}
    ),
    "somebody else's follow-up answered": lambda mine, world: send(
        mine.owner, f"/api/v1/followups/{world.rows['followup']['pk']}/answer/", {"grade": 1}
    ),
    "somebody else's session ended": lambda mine, world: post(
        mine.owner, f"/accounts/profile/sessions/{world.rows['session']['handle']}/end/", {}
    ),
    "somebody else's key revoked": lambda mine, world: post(
        mine.owner, f"/accounts/profile/keys/{world.rows['token']['pk']}/revoke/", {}
    ),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_what_belongs_to_others_is_refused_and_nothing_is_changed(attack: Attack, mine: Mine, world: World) -> None:
    before = snapshot.rows()
    answer = attack(mine, world)
    found = {label: rows for label, rows in snapshot.changed(before).items() if not label.startswith(_made(attack))}
    assert answer.status_code in REFUSED
    assert found == {}


def _made(attack: Attack) -> tuple[str, ...]:
    """What an attack needs for itself, by the model it makes."""
    names = attack.__code__.co_names
    prefixes = {"make_institution": "experts.institution", "make_enterprise": "enterprises.enterprise"}
    return tuple(prefix for name, prefix in prefixes.items() if name in names) or ("none",)


def test_without_the_scope_of_the_choice_the_need_would_be_sent(
    mine: Mine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same request with the guard off does what the attacker wants."""
    foreign = world.rows["enterprise"]["pk"]
    monkeypatch.setattr("enterprises.models.EnterpriseQuerySet.of", lambda rows, user: rows.all())
    monkeypatch.setattr(spoken_for, "statements", {})
    answer = send(mine.owner, "/api/v1/cases/", {**SAID, "enterprise": foreign})
    assert answer.status_code == 201 and Case.objects.filter(enterprise=foreign, submitter=mine.case.submitter).exists()


def test_what_one_may_not_write_is_not_taken_along(mine: Mine) -> None:
    """Fields that are nobody's to send are ignored, however they are named."""
    item = make_item(code="TI-91")
    boss = mine.need.case.owner_id
    stolen = {"state": "closed", "owner": boss, "station": mine.elsewhere.station_id, "number": "QS-1"}
    more = {"channel": "counter", "recorder": boss, "urgency": "urgent", "submitter": boss}
    answer = send(mine.owner, "/api/v1/cases/", {**SAID, "item": item.pk, **stolen, **more})
    assert answer.status_code == 201
    case = Case.objects.get(number=answer.json()["number"])
    assert (case.state, case.owner, case.submitter, case.recorder) == ("submitted", None, mine.case.submitter, None)
    assert (case.channel, case.urgency) == ("api", "normal") and case.number.startswith("QS-2")
