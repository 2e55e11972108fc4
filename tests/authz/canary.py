"""Enterprise B with a mark in everything it says and everything said to it, and a crawler that opens whatever it can.

A mark is unlike any word of the portal, so wherever it appears, something of B's has leaked.
"""

import re
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
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Case, Referral, Result
from services.cases.states import ReferralState
from services.delivery import actions as delivery
from services.delivery.actions import NewResult
from services.followup import actions as followup
from services.followup.actions import Answer
from services.followup.models import FollowUp
from services.routing import actions as routing
from services.triage.models import SavedView
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
DESK = frozenset({mark("internal"), mark("view"), mark("override")})
RATED = frozenset({mark("comment")})


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
    offered = _case(owner, firm)
    make_capability(other, item)
    need = make_need(offered, item, by=handler, description=mark("need"))
    offer = routing.offer(need, other, by=handler, now=NOW, reason=mark("override"))
    asked = _case(owner, firm)
    cases.ask(asked, mark("question"), by=handler, now=NOW)
    cases.answer(asked, mark("answer"), by=owner, now=NOW)
    SavedView.objects.create(user=handler, name=mark("view"), query="q=1")
    marks = {
        "enterprise": ENTERPRISE,
        "person": PERSON,
        "contact": CONTACT,
        "said": SAID,
        "work": WORK,
        "desk": DESK,
        "rated": RATED,
    }
    return Marked(owner, firm, done, asked, offered, offer, worker, candidate, handler, marks)


def _case(owner: User, firm: Enterprise) -> Case:
    contact = cases.Contact(name=mark("contact"), phone="+8613987650002", email=f"{WORD}-contact-x7@b.example")
    return make_case(
        submitter=owner, enterprise=firm, text=f"{mark('text')} 检测", product=mark("product"), contact=contact
    )


def _done(case: Case, item: Any, worker: User, handler: User, institution: Any) -> Case:
    """Everything that can be said on the way from the offer to the answer about it."""
    need = make_need(case, item, by=handler, description=mark("need"))
    referral = routing.offer(need, institution, by=handler, now=NOW)
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
    owed = FollowUp.objects.get(referral=referral)
    followup.ask((owed.pk,), now=NOW)
    owed.refresh_from_db()
    followup.answer(owed, Answer(4, True, mark("comment")), source=Rating.Source.LINK, now=NOW)
    assert referral.state != ReferralState.OFFERED
    return case


# The crawler.

ATTRIBUTES = {"href", "src", "hx-get", "action", "data-url"}
LEAVE_ALONE = re.compile(
    r"^/(static|language|gallery|healthz|accounts/sign-out|api/docs)|/jsi18n/|[?&](o|_facets|_popup|all)="
)
MOST_PAGES = 300
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

    def run(self, starts: list[str], marks: frozenset[str]) -> "Crawl":
        waiting = list(starts)
        while waiting and len(self.seen) < MOST_PAGES:
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
