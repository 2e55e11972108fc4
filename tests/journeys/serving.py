"""The part of a journey that others prove: the desk sends a case to the demo institution, which delivers."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.stack import Stack
from tests.journeys.test_through_the_api import Program

INSTITUTE = "演示市质量技术研究院"
JOIN = """
INSERT INTO experts_institutionmembership (active, institution_id, user_id)
SELECT true, i.id, u.id FROM experts_institution i, accounts_user u WHERE i.name_zh = %s AND u.username = %s
"""
LEAVE = """
DELETE FROM experts_institutionmembership m USING experts_institution i, accounts_user u
WHERE m.institution_id = i.id AND m.user_id = u.id AND i.name_zh = %s AND u.username = %s
"""


@contextmanager
def working_for(portal: Stack, institution: str) -> Iterator[None]:
    """The demo provider belongs to that institution as well."""
    who = (institution, portal.accounts["provider"]["username"])
    portal.sql(JOIN, *who)
    yield
    portal.sql(LEAVE, *who)


def taken(portal: Stack, case: str, item: str, institution: str = INSTITUTE) -> int:
    """The case is one need, offered to the institution and accepted by the demo provider; the referral."""
    desk, provider = Program(portal, "specialist"), Program(portal, "provider")
    version = desk.get(f"/desk/cases/{case}/")["version"]
    [piece] = desk.post(f"/desk/cases/{case}/confirm/", {"version": version, "needs": [{"item": item}]})["needs"]
    match = desk.get(f"/needs/{piece['id']}/match/")
    place = next((row["institution"] for row in match["ranked"] if row["name_zh"] == institution), None)
    if place is None:
        pytest.fail(f"{institution} is not fit for {item}: {match['excluded']}")
    offer = {"institution": place, "reason": "企业已与该机构有过合作。"}
    referral: int = desk.post(f"/needs/{piece['id']}/offers/", offer, status=201)["referral"]
    provider.post(f"/referrals/{referral}/accept/", {})
    return referral


def served(portal: Stack, case: str, item: str, institution: str, **result: str) -> int:
    """The case is taken on by the institution, which delivers one result; the referral."""
    with working_for(portal, institution):
        referral = taken(portal, case, item, institution)
        delivered(portal, referral, **result)
    return referral


def delivered(portal: Stack, referral: int, **result: str) -> None:
    """The provider hands in one result of today."""
    provider = Program(portal, "provider")
    day = provider.get(f"/referrals/{referral}/")["accepted_at"][:10]
    provider.post(f"/referrals/{referral}/deliver/", {"issued_on": day, **result})


def handed_over(portal: Stack, referral: int) -> None:
    """The boards are told of what was confirmed, before the schedule comes to it."""
    portal.nudge("services.boards.tasks.hand_over")
    portal.until("SELECT 1 FROM boards_handed WHERE referral_id = %s", referral)
