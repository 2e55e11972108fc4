"""Enterprise B's words appear nowhere for those who have nothing to do with it, and nobody else changes its rows."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.imports.models import ImportRun
from portal.notices.models import Notice
from services.boards.certification.models import Step
from services.boards.consulting.models import AwardApplication, PlanAction
from services.boards.ip.models import Deadline
from services.boards.labs.models import Booking
from services.boards.metrology.models import Batch
from services.boards.testing.models import Order
from services.cases.models import Referral
from services.cases.states import ReferralState
from services.rectification.models import Rectification
from services.twins.models import MergeRecord, Pair
from tests.authz import snapshot
from tests.authz.canary import (
    CARE,
    CONTACT,
    DIGITS,
    ENTERPRISE,
    IMPORTED,
    MAIL,
    MERGED,
    PERSON,
    SAID,
    TWINS,
    WORD,
    WORK,
    Crawl,
    Marked,
    mark,
    marked,
)
from tests.authz.routes import routes
from tests.authz.test_matrix import KINDS, MATRIX, kind_of
from tests.authz.world import Values, World, signed_in
from tests.factories import make_case, make_enterprise, make_institution, make_need, make_referral, make_user

ADMIN = ["/admin/", "/admin/enterprises/enterprise/", "/admin/accounts/user/", "/admin/followup/followup/"]


@pytest.fixture(scope="module")
def _marked(_built: World, django_db_blocker: Any) -> Iterator[Marked]:
    """Made once, inside the transaction of the world; what a test does to it is taken back with the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield marked()
        transaction.set_rollback(True)


@pytest.fixture
def b(_marked: Marked, world: World) -> Marked:
    return deepcopy(_marked)


def _deadline(b: Marked) -> int:
    return Deadline.objects.filter(right__enterprise=b.firm).earliest("due_on").pk


def _twins() -> Pair:
    return Pair.objects.get(first_ref__in=Enterprise.objects.filter(name__startswith=mark("twin")), kind="enterprise")


def values(b: Marked) -> dict[str, Values]:
    """B's rows, in the way of the matrix."""
    referral, unhappy = Referral.objects.get(case=b.done), Rectification.objects.get(case__submitter=b.owner)
    follow_up = referral.follow_ups.get(rule="first")
    return {
        "case": {"number": b.done.number, "pk": b.done.pk},
        "need": {"pk": referral.need_id},
        "referral": {"pk": referral.pk},
        "document": {"pk": b.done.documents.get().pk},
        "followup": {"pk": follow_up.pk, "token": "no-such-token"},
        "record": {"pk": referral.match_record.pk},
        "rectification": {"pk": unhappy.pk, "token": "no-such-token"},
        "rating": {"pk": unhappy.rating_id},
        "signature": {"pk": referral.need.second_signatures.get().pk},
        "enterprise": {"pk": b.firm.pk},
        "membership": {"pk": b.firm.memberships.get().pk},
        "speaker": {"pk": b.firm.memberships.get().pk},
        "notice": {"pk": Notice.objects.filter(user=b.owner).latest("id").pk},
        "view": {"pk": b.handler.saved_views.get().pk},
        "institution": {"pk": referral.institution_id},
        "ip_deadline": {"pk": _deadline(b), "enterprise": b.firm.pk},
        "test_order": {"pk": (order := Order.objects.get(enterprise=b.firm)).pk},
        "test_sample": {"pk": order.samples.get().pk},
        "test_item": {"pk": order.items.get().pk, "kind": "retest"},
        "roadmap_step": {"pk": Step.objects.get(roadmap__enterprise=b.firm).pk},
        "batch": {"pk": Batch.objects.get(case__enterprise=b.firm).pk, "enterprise": b.firm.pk},
        "board": {"slug": referral.need.board.slug, "pk": referral.need.board_id},
        "item": {"code": referral.need.item_id, "pk": referral.need.item_id},
        "instrument": {"pk": (booking := Booking.objects.get(enterprise=b.firm)).equipment_id},
        "lab_booking": {"pk": booking.pk},
        "plan": {"pk": (action := PlanAction.objects.get(text=mark("action"))).diagnosis_id},
        "plan_action": {"pk": action.pk},
        "finding": {"pk": action.finding_id},
        "award": {"pk": AwardApplication.objects.get(award=mark("prize")).pk},
        "import": {"pk": (run := ImportRun.objects.get(by=b.owner)).pk, "ending": "csv"},
        "kind": {"kind": run.kind, "ending": "csv"},
        "twins": {"kind": "enterprise", "kept": (pair := _twins()).first_ref, "gone": pair.second_ref},
        "pair": {"pk": pair.pk},
        "merging": {"pk": MergeRecord.objects.get(kept_ref=b.firm.pk).pk},
    }


def starts(b: Marked) -> list[str]:
    """Every address that is read, with B's rows in it where it takes one, and every search asked for B."""
    rows, found = values(b), ["/", *ADMIN]
    for line in MATRIX:
        route, kind = routes()[line["route"]], kind_of(line["route"])
        if line["method"] == "GET" and (kind in rows or not route.parameters):
            path = route.address(rows.get(kind, {}))
            found.append(path)
            if not route.parameters and line["route"] != "schema":
                found += [f"{path}?{name}={WORD}" for name in ("q", "search")]
    numbers = [f"/{room}/{case.number}/" for room in ("cases", "triage") for case in (b.asked, b.offered)]
    return [*numbers, *found, f"/delivery/{b.offer.pk}/", f"/api/v1/referrals/{b.offer.pk}/"]


def crawl(client: Client, b: Marked) -> Crawl:
    return Crawl(client).run(starts(b), b.all_marks())


def finds(who: str, b: Marked, enough: Callable[[set[str]], bool]) -> bool:
    """Whether the crawl comes to it; what it would find later makes no difference."""
    return enough(Crawl(somebody(who)).run(starts(b), b.all_marks(), enough).found)


def looked(user: User, b: Marked) -> set[str]:
    """The marks somebody finds, and nothing was confirmed, answered or withdrawn by opening what was found: previews
    and mail scanners open every link.
    """
    client, before = signed_in(user), snapshot.rows()
    found = crawl(client, b).found
    assert snapshot.changed(before) == {}
    return found


def somebody(who: str) -> Client:
    """A visitor with things of their own, so that their pages are not empty."""
    if who == "anonymous":
        return Client()
    user = make_user(who)
    if who == Role.ENTERPRISE:
        make_case(submitter=user, enterprise=make_enterprise(user))
    if who == Role.PROVIDER:
        make_referral(make_need(), make_institution(user), state=ReferralState.ACCEPTED)
    return signed_in(user)


MAY_SEE = {
    "anonymous": frozenset(),
    "enterprise": frozenset(),
    "provider": frozenset(),
    "expert": frozenset(),
    "curator": ENTERPRISE | PERSON | TWINS,
    "administrator": PERSON,
}
"""Curators look after who is who in conflicts of interest and after ratings, administrators after accounts. Neither
reads a case.
"""


@pytest.mark.parametrize("who", MAY_SEE)
def test_nothing_of_b_is_shown_to_those_who_have_nothing_to_do_with_it(who: str, b: Marked) -> None:
    went = crawl(somebody(who), b)
    leaks = {path: leaked - MAY_SEE[who] for path, leaked in went.leaks.items() if leaked - MAY_SEE[who]}
    assert leaks == {}
    assert [path for path, status in went.seen.items() if status == 500] == []
    assert len(went.seen) > 60


def test_b_finds_its_own_words_by_the_same_crawl(b: Marked) -> None:
    """The control: the crawler reaches what there is to be seen."""
    found = looked(b.owner, b)
    assert found >= {
        mark("text"),
        mark("product"),
        mark("firm"),
        mark("plan"),
        mark("report"),
        mark("body"),
        mark("file"),
        mark("purpose"),
        mark("found"),
        mark("action"),
        *IMPORTED,
    }
    assert mark("internal") not in found and mark("view") not in found


def test_the_desk_finds_them_too(b: Marked) -> None:
    found = looked(b.handler, b)
    assert found >= {mark("text"), mark("internal"), mark("contact"), mark("answer"), mark("question"), mark("view")}


def test_whoever_merges_enterprises_finds_what_was_merged_and_no_list_of_others(b: Marked) -> None:
    found = looked(make_user(Role.CENTRE_LEAD), b)
    assert found >= MERGED | TWINS
    assert found & IMPORTED == set()


@pytest.mark.parametrize(
    ("rows", "marks"),
    [
        ("portal.imports.models.ImportRunQuerySet", IMPORTED),
        ("services.twins.models.MergeQuerySet", MERGED),
    ],
)
def test_without_their_scopes_lists_and_mergings_would_be_found(
    b: Marked, monkeypatch: pytest.MonkeyPatch, rows: str, marks: frozenset[str]
) -> None:
    """The twin of what nobody finds."""
    monkeypatch.setattr(f"{rows}.visible_to", lambda rows, user: rows.all())
    assert finds(Role.CURATOR, b, marks.issubset)


def test_without_the_scope_of_its_queries_the_crawl_would_find_b(b: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cases.models.cases.CaseQuerySet.visible_to", lambda rows, user: rows.all())
    assert finds(Role.ENTERPRISE, b, lambda found: not found.isdisjoint(SAID))


# The institution that was asked and has not accepted.


def test_who_was_offered_the_case_sees_what_is_needed_and_not_who_asks(b: Marked) -> None:
    found = looked(b.candidate, b)
    assert found & (ENTERPRISE | PERSON | CONTACT) == set()
    assert mark("need") in found


def test_what_people_wrote_about_how_to_reach_them_is_masked_as_well(b: Marked) -> None:
    need = Referral.objects.get(pk=b.offer.pk).need
    need.description = f"请联系 {DIGITS} 或 {MAIL}"
    need.save()
    client = signed_in(b.candidate)
    for path in (f"/delivery/{b.offer.pk}/", f"/api/v1/referrals/{b.offer.pk}/"):
        text = client.get(path).content.decode()
        assert DIGITS not in text and MAIL not in text


def test_who_has_worked_for_b_sees_the_work_and_no_word_of_the_desk(b: Marked) -> None:
    found = looked(b.worker, b)
    assert found >= {mark("plan"), mark("report"), mark("body"), *CARE}
    words = {mark("answer"), mark("question"), mark("comment"), mark("complaint")}
    assert found & {mark("internal"), mark("view"), mark("call"), *words} == set()


def test_notices_to_others_say_nothing_of_b(b: Marked) -> None:
    """What is told to an institution names the service and the number, never the firm or the person."""
    told = Notice.objects.exclude(user=b.owner).exclude(user=b.handler)
    spoken = " ".join(f"{notice.facts} {notice.path} {notice.email} {notice.phone}" for notice in told).lower()
    assert {one for one in b.all_marks() - WORK - CARE if one in spoken} <= {mark("need")}


# Nobody else changes anything.


BODY: Values = {
    "note": "x",
    "reason": "other",
    "version": 1,
    "to": "unmet",
    "text": "一句足够长的话",
    "grade": 1,
    "plan": "x",
    "kind": "advice",
    "issued_on": "2026-11-20",
    "summary": "x",
    "name": "x",
    "urgency": "low",
    "number": "QS-20260101-00001",
    "door": "police",
    "agree": "1",
    "solved": "true",
    "institution": 1,
}
OF_SOMEBODY = {*KINDS.values(), "case", "referral", "followup"}
UNSAFE = [line for line in MATRIX if line["method"] == "POST" and kind_of(line["route"]) in OF_SOMEBODY]


@pytest.mark.parametrize("who", MAY_SEE)
def test_no_request_of_others_changes_a_row_of_b(who: str, b: Marked, world: World) -> None:
    client, rows = somebody(who), {**world.rows, **values(b)}
    before = snapshot.rows()
    for line in UNSAFE:
        if line[who] in {"foreign", "no", "closed"}:
            route = routes()[line["route"]]
            said = {"decision": "accept", "name": "note", "step": _step(line["route"])}
            path = route.address({**said, **rows[kind_of(line["route"])]})
            extra = {"content_type": "application/json"} if route.is_api else {}
            headers = {"Idempotency-Key": "canary-key-0001"} if route.is_api else {}
            answer = client.post(path, BODY, headers=headers, **extra)
            assert answer.status_code in {302, 401, 403, 404}, path
    assert snapshot.changed(before) == {}


def _step(route: str) -> str:
    return {"delivery:provider_step": "accept", "delivery:enterprise_step": "confirm"}.get(route, "")
