"""One of everything, belonging to somebody; and a visitor of each role who has nothing to do with any of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from enterprises.models import Enterprise
from experts import credentials
from experts.models import Institution, Rating
from portal.accounts.backends import RoleBackend
from portal.accounts.models import ApiToken, PrivacyNotice, Session, User, digest
from portal.accounts.roles import Role
from portal.files import actions as files
from portal.notices.models import Notice
from services.boards.certification.models import Step
from services.boards.consulting.actions import planning, settling
from services.boards.labs import actions as labs
from services.boards.labs import feeds
from services.boards.metrology.models import Batch
from services.boards.testing.models import OrderedCase
from services.cases import actions as cases
from services.cases.models import Audience, Case, Need, Referral
from services.cases.states import ReferralState
from services.catalogue.models import ServiceItem
from services.directory.models import Absence
from services.followup import actions as followup
from services.followup import links
from services.followup.models import FollowUp, SurveyAnswer
from services.followup.states import FollowUpState
from services.pool.actions import reviewing
from services.pool.models import Appraisal, OfferRequest
from services.rectification import links as verifying
from services.rectification.models import Appeal, Rectification, Round
from services.routing import actions as routing
from services.routing import signatures
from services.routing.models import ScopeCorrection
from services.triage.models import SavedView
from services.twins.models import MergeRecord, Pair
from tests.factories import (
    NOW,
    PASSWORD,
    WAYS,
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_rating,
    make_referral,
    make_user,
    move_referral,
)
from tests.portal.files.corpus import PDF, picture, upload
from tests.portal.imports.rows import HEADER, make_checked
from tests.services.boards.certification.rows import roadmap
from tests.services.boards.consulting.rows import make_action, make_admitted, make_award, make_diagnosis
from tests.services.boards.ip.rows import make_right, make_rule
from tests.services.boards.labs.rows import MONDAY, make_instrument, make_wish
from tests.services.boards.metrology.rows import instrument
from tests.services.boards.testing.rows import make_order
from tests.services.pool.rows import make_claim, make_sent
from tests.services.pool.standing_rows import make_signed_appeal
from tests.seventh.models import Meter

VISITORS = ("anonymous", *(role.value for role in Role))
Values = dict[str, Any]


@dataclass
class World:
    """Rows by kind, as the values an address needs; who owns them; and the signed-in visitors."""

    rows: dict[str, Values]
    owners: dict[str, dict[str, User]]
    sessions: dict[str, str] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """A fresh one each time: what an answer does to its cookies is not seen by the next question."""
        client = Client()
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=f"{RoleBackend.__module__}.{RoleBackend.__qualname__}")
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, so that no visitor meets what another one did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, path: str, *, api: bool = False, body: Values | None = None) -> HttpResponse:
    """The answer to one request whose effects are taken back."""
    headers = {"Idempotency-Key": "authz-key-0001"} if api else {}
    extra: Values = {"content_type": "application/json"} if api and method != "GET" else {}
    with undone():
        answer = getattr(client, method.lower())(path, body or {}, headers=headers, **extra)
        if answer.streaming:
            b"".join(answer.streaming_content)  # to the end, so that the file is closed
        return answer


def build() -> World:
    make_privacy_notice()
    owner, provider = make_user(email="b@enterprise.example"), make_user(Role.PROVIDER)
    handler = make_user(Role.SPECIALIST)
    firm, institution = make_enterprise(owner), make_institution(provider)
    case = make_case(submitter=owner, enterprise=firm)
    referral = _done(make_need(case, make_item(code="TI-90"), by=handler), institution, by=handler)
    need = referral.need
    joining = make_user().memberships.create(enterprise=firm)
    rows: dict[str, Values] = {
        "board": {"slug": need.board.slug, "pk": need.board_id},
        "item": {"code": need.item_id, "pk": need.item_id},
        "institution": {"pk": institution.pk},
        "case": {"number": case.number, "pk": case.pk},
        "need": {"pk": need.pk},
        "referral": {"pk": referral.pk},
        "document": {"pk": _paper(case, owner)},
        "followup": _owed(referral),
        **_unhappy(referral, by=provider),
        "record": {"pk": referral.match_record.pk},
        "signature": {"pk": _signature(referral, handler)},
        "membership": {"pk": joining.pk},
        "speaker": {"pk": firm.memberships.get(user=owner).pk},
        "enterprise": {"pk": firm.pk},
        "entry": _kept(firm),
        "ip_deadline": _due(firm),
        **_tests(case, owner),
        "batch": _batch(case),
        "roadmap_step": _step(firm, owner),
        "token": {"pk": _token(owner)},
        "notice": {"pk": Notice.objects.filter(user=owner).latest("id").pk},
        "session": {"handle": _session(owner)},
        **_booked(institution, provider, owner),
        **(planned := _planned(firm, owner, handler)),
        **(offers := _offers(institution, need.item, provider)),
        **(told := _told(make_institution(provider), provider)),
        **(pool := _applied(institution, applicant := make_user(password=PASSWORD))),
        "view": {"pk": SavedView.objects.create(user=handler, name="x", query="").pk},
        **_listed(institution, importer := make_user(Role.CURATOR)),
    }
    clients = {role.value: signed_in(make_user(role)) for role in Role}
    sessions = {who: client.session.session_key or "" for who, client in clients.items()}
    owners = _owners(owner, provider, handler)
    owners |= {kind: dict.fromkeys(VISITORS, provider if kind == "credential" else applicant) for kind in pool}
    owners |= {kind: {"provider": provider} for kind in [*offers, *told, "institution"]}
    owners["import"] = {"curator": importer}
    expert = User.objects.get(expert__namings__pk=planned["naming"]["pk"])
    owners |= {kind: {"enterprise": owner, "expert": expert} for kind in planned}
    return World(rows, owners, sessions)


def make_privacy_notice() -> None:
    PrivacyNotice.objects.create(version="test", text_zh="告知", text_en="Notice", in_force_from=date(2026, 1, 1))


def _done(need: Need, institution: Institution, *, by: User) -> Referral:
    """Offered by the real door, so that there is a record of why, and done."""
    make_capability(institution, need.item)
    referral = routing.offer(need, institution, by=by, now=NOW)
    for step in WAYS[ReferralState.CONFIRMED]:
        move_referral(referral, step, by=by, now=NOW)
    referral.refresh_from_db()
    return referral


def _applied(institution: Institution, applicant: User) -> dict[str, Values]:
    """An application that waits for its applicant, a credential of the institution, and a correction."""
    curator = make_user(Role.CURATOR)
    application = make_sent(applicant)
    reviewing.ask_back(application, questions="x", by=curator, now=NOW)
    item, paper = application.items.get(), application.papers.get()
    said = make_claim(attachment=files.store(upload("cma.pdf", PDF), by=curator))
    refused = make_referral(make_need(item=make_item()), state=ReferralState.DECLINED)
    line = {"institution": institution, "item": refused.need.item, "said_at": NOW}
    correction = ScopeCorrection.objects.create(referral=refused, **line)
    about = {"pk": application.pk, "row": item.pk, "step": "about", "attachment": paper.attachment_id}
    return {
        "application": about,
        "line": {**about, "step": "items"},
        "held": {**about, "row": application.credentials.get().pk},
        "credential": {"pk": credentials.claim(institution, said).pk, "verb": "check"},
        "correction": {"pk": correction.pk},
    }


def _kept(firm: Enterprise) -> Values:
    """A row of a register, with its paper."""
    paper = files.store(upload("reading.pdf", PDF), by=make_user(Role.SPECIALIST))
    row = Meter.objects.create(enterprise=firm, name="x", paper=paper, created_at=NOW, changed_at=NOW)
    return {"board": "energy", "register": "meters", "enterprise": firm.pk, "pk": row.pk, "ending": "csv"}


def _offers(institution: Institution, item: ServiceItem, by: User) -> dict[str, Values]:
    """A service of the institution with a change that waits for a curator, and days on which it is away."""
    capability = institution.capabilities.get(item=item)
    asked = OfferRequest.objects.create(capability=capability, before=capability.state, by=by, at=NOW)
    away = Absence.objects.create(institution=institution, begins_on=NOW.date(), ends_on=NOW.date())
    return {
        "capability": {"pk": institution.pk, "row": capability.pk},
        "absence": {"pk": institution.pk, "row": away.pk},
        "offer_request": {"pk": asked.pk},
    }


def _told(institution: Institution, provider: User) -> dict[str, Values]:
    """A suspension signed by two, replied to and appealed against; and the institution's sheet of a quarter."""
    appeal = make_signed_appeal(institution, provider)
    paper = appeal.proposal.reply.papers.get()
    sheet = Appraisal.objects.create(
        institution=institution,
        quarter="2026Q3",
        figures={"standing": "active"},
        made_at=NOW,
        grade="good",
        words="x",
        decided_by=appeal.proposal.decided_by,
        decided_at=NOW,
    )
    return {
        "proposal": {"pk": appeal.proposal_id, "attachment": paper.pk},
        "standing_appeal": {"pk": appeal.pk},
        "appraisal": {"pk": sheet.pk, "quarter": sheet.quarter, "ending": "csv"},
    }


def _listed(institution: Institution, curator: User) -> dict[str, Values]:
    """A list that is being imported, two institutions that may be one, and two enterprises that were."""
    run = make_checked(curator, [HEADER, ["甲检测", institution.region_id, "", ""]])
    other = make_institution()
    pair = Pair.objects.create(
        kind="institution", first_ref=institution.pk, second_ref=other.pk, alike=["phone"], found_at=NOW
    )
    said: Values = {"kept_name": "x", "gone_name": "x", "reason": "x", "by": curator, "at": timezone.now()}
    merging = MergeRecord.objects.create(kind="institution", kept_ref=institution.pk, gone_ref=other.pk + 1, **said)
    return {
        "export": {"what": "institutions", "ending": "csv"},
        "kind": {"kind": "institutions", "ending": "csv"},
        "import": {"pk": run.pk, "ending": "csv"},
        "twins": {"kind": "institution", "kept": institution.pk, "gone": other.pk},
        "pair": {"pk": pair.pk},
        "merging": {"pk": merging.pk},
    }


def _owed(referral: Referral) -> Values:
    """The follow-up of the referral, asked by a link that stays open as long as these tests are run."""
    followup.plan(now=NOW)
    row = FollowUp.objects.get(referral=referral, rule="first")
    token = links.token(str(row.pk))
    FollowUp.objects.filter(pk=row.pk).update(
        state=FollowUpState.DUE, token_digest=digest(token), closes_at=NOW + timedelta(days=36_500)
    )
    return {"pk": row.pk, "token": token}


def _unhappy(referral: Referral, *, by: User) -> dict[str, Values]:
    """An answer that is being put right, the enterprise asked again; the rating it made, and the appeal against it."""
    rating = make_rating(referral.institution, grade=1, referral_ref=referral.pk)
    follow_up = FollowUp.objects.create(
        referral=referral,
        case=referral.case,
        rule="unhappy",
        due_at=NOW,
        state=FollowUpState.COMPLETED,
        completed_at=NOW,
    )
    answer = SurveyAnswer.objects.create(follow_up=follow_up, grade=1, source=Rating.Source.LINK, answered_at=NOW)
    row = Rectification.objects.create(
        answer=answer, case=referral.case, referral=referral, state="re_asked", opened_at=NOW, handed_at=NOW
    )
    token = verifying.token(verifying.new_reference(row.pk))
    said: Values = {"cause": "x", "measures": "x", "done_on": NOW.date(), "replied_at": NOW, "replied_by": by}
    link: Values = {"token_digest": digest(token), "closes_at": NOW + timedelta(days=36_500)}
    Round.objects.create(rectification=row, number=1, opened_at=NOW, **said, **link)
    appeal = Appeal.objects.create(rating=rating, referral=referral, reason="x", lodged_by=by, lodged_at=NOW)
    return {
        "rectification": {"pk": row.pk, "token": token},
        "rating": {"pk": rating.pk},
        "appeal": {"pk": appeal.pk},
    }


def _tests(case: Case, owner: User) -> dict[str, Values]:
    """An order of tests of which the case was made."""
    order = make_order(case.enterprise, owner)
    OrderedCase.objects.create(order=order, case=case, kind=OrderedCase.Kind.TEST)
    return {
        "test_order": {"pk": order.pk},
        "test_sample": {"pk": order.samples.get().pk},
        "test_item": {"pk": order.items.get().pk, "kind": "retest"},
    }


def _due(firm: Enterprise) -> Values:
    """The first annuity of a patent."""
    make_rule()
    return {"pk": make_right(firm).deadlines.earliest("due_on").pk, "enterprise": firm.pk}


def _batch(case: Case) -> Values:
    """An instrument that was ordered to be verified with the case."""
    batch = Batch.objects.create(case=case, place="send_in", ordered_by=case.submitter, ordered_at=NOW)
    batch.lines.create(instrument=instrument(case.enterprise))
    return {"pk": batch.pk, "enterprise": case.enterprise_id}


def _step(firm: Enterprise, owner: User) -> Values:
    """A step of a roadmap with a file that shows it."""
    step = roadmap(firm, steps=1).steps.get()
    Step.objects.update(paper=files.store(upload("report.pdf", PDF), by=owner))
    return {"pk": step.pk}


def _paper(case: Case, owner: User) -> int:
    attachment = files.store(upload("report.pdf", PDF), by=owner)
    return cases.attach(case, [attachment], audience=Audience.SHARED, now=NOW)[0].pk


def _signature(referral: Referral, handler: User) -> int:
    return signatures.ask(referral.need, referral.institution, by=handler, now=NOW, reason="x").pk


def _booked(institution: Institution, provider: User, owner: User) -> dict[str, Values]:
    """An instrument with a photo, a hold on it, somebody who waits, a blocked time and a qualification."""
    instrument = make_instrument(provider, institution)
    instrument.photo = files.store(upload("a.png", picture("PNG")), by=provider)
    instrument.save()
    wish, later = make_wish(instrument, owner), MONDAY + timedelta(days=1)
    said = {"kind": "maintenance", "reason": "x", "by": provider, "now": NOW}
    blackout = labs.block(instrument, begins=later, ends=later + timedelta(hours=1), **said)
    granted = labs.grant(instrument, by=provider, now=NOW, user=owner, valid_to=None)
    feed = feeds.renew(now=NOW, user=owner)
    return {
        "instrument": {"pk": instrument.pk},
        "lab_booking": {"pk": labs.hold(wish, by=owner, now=NOW).pk},
        "place": {"pk": labs.join(wish, now=NOW).pk},
        "blackout": {"pk": blackout.pk},
        "qualification": {"pk": granted.pk},
        "feed": {"pk": feed.pk, "token": feeds.token(feed)},
    }


def _planned(firm: Enterprise, owner: User, handler: User) -> dict[str, Values]:
    """A diagnosis with everything that belongs to one, and an award application."""
    plan = make_diagnosis(firm)
    naming = make_admitted(plan, handler)
    said = {"stage": "product", "severity": "minor", "text": "x"}
    finding = planning.add_finding(plan, said, by=owner, now=NOW, photos=[upload("a.png", picture("PNG"))])
    action, done = make_action(plan, owner), settling.done(make_action(plan, owner), by=owner, now=NOW)
    brought = {"year": 2026, "amount_cny": Decimal(1), "basis": "x", "paper": upload("b.pdf", PDF)}
    return {
        "plan": {"pk": plan.pk},
        "naming": {"pk": naming.pk},
        "finding": {"pk": finding.pk},
        "photo": {"pk": finding.photos.get().pk},
        "plan_action": {"pk": action.pk},
        "benefit": {"pk": planning.report_benefit(done, **brought, by=owner, now=NOW).pk},
        "award": {"pk": make_award(firm).pk},
    }


def _token(owner: User) -> int:
    ApiToken.issue(owner, name="b")
    return owner.tokens.get().pk


def _session(owner: User) -> str:
    return Session.objects.get(session_key=signed_in(owner).session.session_key).handle


def _owners(owner: User, provider: User, handler: User) -> dict[str, dict[str, User]]:
    both = {"enterprise": owner, "provider": provider}
    own, theirs = {"enterprise": owner}, {"provider": provider}
    shared = dict.fromkeys(
        ("case", "referral", "document", "record", "rectification", "test_order", "test_sample", "test_item"), both
    )
    private = dict.fromkeys(
        (
            "need",
            "followup",
            "enterprise",
            "entry",
            "ip_deadline",
            "batch",
            "roadmap_step",
            "membership",
            "speaker",
            "token",
            "notice",
        ),
        own,
    )
    rated = dict.fromkeys(("rating", "appeal", "instrument", "blackout", "qualification"), theirs)
    booked = {"lab_booking": both, "place": own}
    return {**shared, **private, **rated, **booked, "session": own, "view": {"specialist": handler}}
