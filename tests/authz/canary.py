"""Enterprise B with a mark in everything it says and everything said to it, and a crawler that opens whatever it can.

A mark is unlike any word of the portal, so wherever it appears, something of B's has leaked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from django.test import Client

from enterprises.models import Enterprise
from experts.models import Rating
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.files import actions as files
from portal.imports import actions as imports
from portal.imports import kinds
from services.boards.consulting.actions import planning
from services.boards.metrology.models import Batch
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Case, Referral, Result
from services.cases.states import ReferralState
from services.delivery import actions as delivery
from services.delivery.actions import NewResult
from services.followup import actions as followup
from services.followup.actions import Answer
from services.followup.models import FollowUp
from services.rectification import actions as rectification
from services.rectification import opening
from services.rectification.models import Rectification
from services.routing import actions as routing
from services.routing import signatures
from services.triage.models import SavedView
from services.twins import actions as twins
from services.twins import finding
from services.twins.models import Kind
from services.twins.plans import PLANS
from tests.factories import (
    NOW,
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_user,
)
from tests.portal.files.corpus import PDF, upload
from tests.portal.imports import rows as lists
from tests.services.boards.certification.rows import certificate, roadmap
from tests.services.boards.consulting.rows import make_action, make_award, make_diagnosis, make_project
from tests.services.boards.ip.rows import make_right, make_rule
from tests.services.boards.labs.rows import make_booking, make_instrument
from tests.services.boards.metrology.rows import instrument, standard
from tests.services.boards.testing.rows import make_order

WORD = "canaryb"
PHONE, MAIL = "+8613987654321", f"{WORD}-mail-x7@b.example"
DIGITS = "13987654321"


def mark(what: str) -> str:
    return f"{WORD}-{what}-x7"


@dataclass
class Marked:
    """B's people and rows, and the institutions that have to do with them."""

    owner: User
    firm: Enterprise
    done: Case
    asked: Case
    offered: Case
    offer: Referral
    worker: User
    candidate: User
    handler: User
    marks: dict[str, frozenset[str]] = field(default_factory=dict)

    def all_marks(self) -> frozenset[str]:
        return frozenset().union(*self.marks.values())


ENTERPRISE = frozenset({mark("firm"), mark("identifier"), mark("address"), mark("firm-contact"), "13987650001"})
PERSON = frozenset({mark("user"), MAIL, DIGITS, mark("person")})
CONTACT = frozenset({mark("contact"), "13987650002", f"{WORD}-contact-x7@b.example"})
SAID = frozenset({mark("text"), mark("product"), mark("need"), mark("answer"), mark("question")})
WORK = frozenset({mark("plan"), mark("progress"), mark("result"), mark("report"), mark("file"), mark("body")})
CARE = frozenset({mark("asked-for"), mark("cause"), mark("measures")})
DESK = frozenset({mark("internal"), mark("view"), mark("override"), mark("call")})
RATED = frozenset({mark("comment"), mark("complaint")})
RIGHTS = frozenset({mark("right"), mark("right-owner")})
TESTED = frozenset({mark("tested"), mark("first-laboratory")})
BOOKED = frozenset({mark("purpose")})
PLANNED = frozenset({mark(one) for one in ("diagnosis", "found", "action", "chain", "prize")})
IMPORTED = frozenset({mark(one) for one in ("list", "listed", "bad-row")})
MERGED = frozenset({mark("merge-reason")})
TWINS = frozenset({mark("twin"), mark("gone"), "13987650009"})
LEDGER = frozenset(
    {mark(one) for one in ("gauge", "gauge-place", "gauge-certificate", "standard", "access")}
    | {mark(one) for one in ("certificate", "sites", "laboratory", "step-owner", "shown")}
)


def marked() -> Marked:
    owner = make_user(username=mark("person"), name=mark("user"), email=MAIL, phone=PHONE)
    worker, candidate, handler = make_user(Role.PROVIDER), make_user(Role.PROVIDER), make_user(Role.SPECIALIST)
    firm = make_enterprise(
        owner,
        name=mark("firm"),
        other_identifier=mark("identifier"),
        address=mark("address"),
        contact_name=mark("firm-contact"),
        phone="+8613987650001",
    )
    item = make_item(code="TI-92")
    institution, other = make_institution(worker), make_institution(candidate)
    make_capability(institution, item)
    done = _done(_case(owner, firm), item, worker, handler, institution)
    _put_right(_done(_case(owner, firm), item, worker, handler, institution, grade=1), worker)
    offered = _case(owner, firm)
    make_capability(other, item)
    need = make_need(offered, item, by=handler, description=mark("need"))
    offer = routing.offer(need, other, by=handler, now=NOW, reason=mark("override"))
    asked = _case(owner, firm)
    cases.ask(asked, mark("question"), by=handler, now=NOW)
    cases.answer(asked, mark("answer"), by=owner, now=NOW)
    SavedView.objects.create(user=handler, name=mark("view"), query="q=1")
    make_rule()
    make_right(firm, title=mark("right"), owners=mark("right-owner"))
    make_order(firm, owner, product=mark("tested"), laboratory=mark("first-laboratory"))
    gauge = instrument(firm, name=mark("gauge"), location=mark("gauge-place"), certificate=mark("gauge-certificate"))
    standard(firm, title=mark("standard"))
    certificate(firm, scope=mark("certificate"), sites=mark("sites"))
    roadmap(firm, steps=1, laboratory=mark("laboratory")).steps.update(owner=mark("step-owner"), evidence=mark("shown"))
    batch = Batch.objects.create(case=done, place="send_in", access=mark("access"), ordered_by=owner, ordered_at=NOW)
    batch.lines.create(instrument=gauge)
    make_booking(make_instrument(), owner, enterprise=firm, purpose=mark("purpose"))
    _improved(firm, owner)
    _listed(firm, owner)
    _one_of_two(firm)
    marks = {
        "enterprise": ENTERPRISE,
        "person": PERSON,
        "contact": CONTACT,
        "said": SAID,
        "work": WORK,
        "care": CARE,
        "desk": DESK,
        "rated": RATED,
        "rights": RIGHTS,
        "tested": TESTED,
        "booked": BOOKED,
        "planned": PLANNED,
        "ledger": LEDGER,
        "imported": IMPORTED,
        "merged": MERGED,
        "twins": TWINS,
    }
    return Marked(owner, firm, done, asked, offered, offer, worker, candidate, handler, marks)


def _improved(firm: Enterprise, owner: User) -> None:
    """A diagnosis with a finding and an action, a project and an award application."""
    plan = make_diagnosis(firm, title=mark("diagnosis"))
    said = {"stage": "product", "severity": "minor", "text": mark("found")}
    finding = planning.add_finding(plan, said, by=owner, now=NOW)
    make_action(plan, owner, finding=finding, text=mark("action"))
    make_project(firm, chain=mark("chain"))
    make_award(firm, award=mark("prize"))


def _listed(firm: Enterprise, owner: User) -> None:
    """B's list of instruments, looked at and not confirmed: one row is good, one is not."""
    kind = kinds.registered()["metrology-instruments"].within(str(firm.pk), owner)
    columns = [str(kind.form.base_fields[name].label) for name in kind.example]
    good = {**kind.example, "name": mark("listed")}
    bad = {**good, "location": mark("bad-row"), "last_on": "?"}
    file = lists.upload(
        [columns, *([row[name] for name in kind.example] for row in (good, bad))], name=f"{mark('list')}.csv"
    )
    imports.check(imports.receive(kind, file, by=owner, now=NOW, scope=str(firm.pk)), now=NOW)


def _one_of_two(firm: Enterprise) -> None:
    """One entry that was merged into B's, and another that may be the same firm."""
    lead = make_user(Role.CENTRE_LEAD)
    gone = make_enterprise(name=mark("gone"))
    plan = PLANS[Kind.ENTERPRISE]
    kept = {one.name: "kept" for one in twins.differences(plan, firm, gone)}
    twins.merge(plan, firm.pk, gone.pk, kept, by=lead, now=NOW, reason=mark("merge-reason"))
    for number in range(2):
        make_enterprise(name=f"{mark('twin')} {number}", phone="+8613987650009")
    finding.find(NOW)


def _case(owner: User, firm: Enterprise) -> Case:
    contact = cases.Contact(name=mark("contact"), phone="+8613987650002", email=f"{WORD}-contact-x7@b.example")
    return make_case(
        submitter=owner, enterprise=firm, text=f"{mark('text')} 检测", product=mark("product"), contact=contact
    )


def _done(case: Case, item: Any, worker: User, handler: User, institution: Any, *, grade: int = 4) -> Case:
    """Everything that can be said on the way from the offer to the answer about it."""
    need = make_need(case, item, by=handler, description=mark("need"))
    referral = routing.offer(need, institution, by=handler, now=NOW)
    signatures.ask(need, institution, by=handler, now=NOW, reason=mark("override"))
    referral = delivery.accept(referral, by=worker, now=NOW)
    referral = delivery.quote(referral, by=worker, now=NOW, plan=mark("plan"), price_cny=None)
    referral = delivery.agree(referral, by=case.submitter, now=NOW)
    cases.note(case, mark("internal"), by=Actor.of(handler), now=NOW, audience=Audience.INTERNAL)
    cases.note(case, mark("progress"), by=Actor.of(worker), now=NOW, audience=Audience.SHARED, referral=referral)
    report = files.store(upload(f"{mark('file')}.pdf", PDF + mark("body").encode()), by=worker)
    result = NewResult(
        kind=Result.Kind.TEST_REPORT,
        issued_on=NOW.date(),
        number=mark("report"),
        summary=mark("result"),
        attachment=report,
    )
    referral.refresh_from_db()
    referral = delivery.deliver(referral, [result], by=worker, now=NOW)
    delivery.confirm(referral, by=case.submitter, now=NOW)
    followup.plan(now=NOW)
    owed = FollowUp.objects.get(referral=referral, rule="first")
    followup.ask((owed.pk,), now=NOW)
    owed.refresh_from_db()
    said = Answer(grade, "yes", mark("comment" if grade > 2 else "complaint"))
    followup.answer(owed, said, source=Rating.Source.LINK, now=NOW)
    assert referral.state != ReferralState.OFFERED
    return case


def _put_right(case: Case, worker: User) -> None:
    """What is said about an unhappy answer until the institution has replied. B keeps its own words from it."""
    opening.open_due(NOW)
    row = Rectification.objects.get(case=case)
    said = {"text": mark("asked-for"), "note": mark("call"), "agreed": False}
    row = rectification.call_back(row, by=make_user(Role.CALLER), now=NOW, outcome="confirmed", **said)
    reply = {"cause": mark("cause"), "measures": mark("measures"), "done_on": NOW.date()}
    rectification.reply(row, by=worker, now=NOW, **reply)


# The crawler.

ATTRIBUTES = {"href", "src", "hx-get", "action", "data-url"}
LEAVE_ALONE = re.compile(
    r"^/(static|language|gallery|healthz|accounts/sign-out|api/docs)|/jsi18n/|[?&](o|_facets|_popup|all)="
)
MOST_PAGES = 400
NUMBER = re.compile(r"\d+")
SAME_SHAPE = 4
"""So many pages of one shape are opened (a case is a case); lists and searches are all opened."""


class Page(HTMLParser):
    """The addresses a page leads to: its links, and its GET forms sent with a search for B."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.form: tuple[str, dict[str, list[str]]] | None = None
        self.select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = (said.get("action", ""), {}) if said.get("method", "get").lower() == "get" else None
        self.found += [said[name] for name in ATTRIBUTES & set(said) if tag != "form"]
        if self.form:
            self._field(tag, said)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        assert self.form is not None
        fields = self.form[1]
        if tag == "select":
            self.select = said.get("name", "")
        elif tag == "option" and self.select:
            fields.setdefault(self.select, []).append(said.get("value", ""))
        elif tag == "input" and said.get("name") and said.get("type", "text") in {"text", "search", "hidden"}:
            fields.setdefault(said["name"], []).append(said.get("value", "") if said.get("type") == "hidden" else WORD)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "form" and self.form:
            action, fields = self.form
            for name, values in fields.items():
                self.found += [f"{action}?{urlencode({name: value})}" for value in values[:12] if value]
            self.form = None


@dataclass
class Crawl:
    """What one visitor has seen: every address with its answer, and the marks that stood in it."""

    client: Client
    seen: dict[str, int] = field(default_factory=dict)
    leaks: dict[str, set[str]] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    shapes: dict[str, int] = field(default_factory=dict)

    def run(
        self, starts: list[str], marks: frozenset[str], enough: Callable[[set[str]], bool] = lambda found: False
    ) -> "Crawl":
        """To the end, or until enough has been found."""
        waiting = list(starts)
        while waiting and len(self.seen) < MOST_PAGES and not enough(self.found):
            path = waiting.pop(0)
            if path not in self.seen:
                waiting += self._open(path, marks)
        return self

    def _open(self, path: str, marks: frozenset[str]) -> list[str]:
        answer = self.client.get(path, headers={"Accept-Language": "en"})
        self.seen[path] = answer.status_code
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = unescape(body.decode("utf-8", "replace"))
        said = f"{text} {unquote(str(answer.headers))}".lower()
        if leaked := {one for one in marks if one in said}:
            self.leaks[path] = leaked
            self.found |= leaked
        if answer.status_code in {301, 302}:
            return self._new([answer["Location"]], path)
        kind = answer.headers.get("Content-Type", "")
        if "html" in kind:
            return self._new(Page(text).found, path)
        return self._new(re.findall(r'"((?:https?://testserver)?/[^"\s]+)"', text), path) if "json" in kind else []

    def _new(self, links: list[str], base: str) -> list[str]:
        fresh = []
        for link in links:
            parts = urlsplit(urljoin(f"http://testserver{base}", link))
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc != "testserver" or LEAVE_ALONE.search(path) or path in self.seen:
                continue
            shape = NUMBER.sub("0", path)
            self.shapes[shape] = self.shapes.get(shape, 0) + 1
            if self.shapes[shape] <= SAME_SHAPE:
                fresh.append(path)
        return fresh
