"""One of everything, belonging to somebody; and a visitor of each role who has nothing to do with any of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from experts.models import Institution
from portal.accounts.backends import RoleBackend
from portal.accounts.models import ApiToken, PrivacyNotice, Session, User, digest
from portal.accounts.roles import Role
from portal.files import actions as files
from portal.notices.models import Notice
from services.cases import actions as cases
from services.cases.models import Audience, Case, Need, Referral
from services.cases.states import ReferralState
from services.followup import actions as followup
from services.followup import links
from services.followup.models import FollowUp
from services.followup.states import FollowUpState
from services.routing import actions as routing
from services.triage.models import SavedView
from tests.factories import (
    NOW,
    WAYS,
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_user,
    move_referral,
)
from tests.portal.files.corpus import PDF, upload

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
        "record": {"pk": referral.match_record.pk},
        "membership": {"pk": joining.pk},
        "enterprise": {"pk": firm.pk},
        "token": {"pk": _token(owner)},
        "notice": {"pk": Notice.objects.filter(user=owner).latest("id").pk},
        "session": {"handle": _session(owner)},
        "view": {"pk": SavedView.objects.create(user=handler, name="x", query="").pk},
    }
    clients = {role.value: signed_in(make_user(role)) for role in Role}
    sessions = {who: client.session.session_key or "" for who, client in clients.items()}
    return World(rows, _owners(owner, provider, handler), sessions)


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


def _owed(referral: Referral) -> Values:
    """The follow-up of the referral, asked by a link that stays open as long as these tests are run."""
    followup.plan(now=NOW)
    row = FollowUp.objects.get(referral=referral)
    token = links.token(links.new_reference(row.pk))
    FollowUp.objects.filter(pk=row.pk).update(
        state=FollowUpState.DUE, token_digest=digest(token), closes_at=NOW + timedelta(days=36_500)
    )
    return {"pk": row.pk, "token": token}


def _paper(case: Case, owner: User) -> int:
    attachment = files.store(upload("report.pdf", PDF), by=owner)
    return cases.attach(case, [attachment], audience=Audience.SHARED, now=NOW)[0].pk


def _token(owner: User) -> int:
    ApiToken.issue(owner, name="b")
    return owner.tokens.get().pk


def _session(owner: User) -> str:
    return Session.objects.get(session_key=signed_in(owner).session.session_key).handle


def _owners(owner: User, provider: User, handler: User) -> dict[str, dict[str, User]]:
    both = {"enterprise": owner, "provider": provider}
    own = {"enterprise": owner}
    shared = dict.fromkeys(("referral", "document", "record"), both)
    private = dict.fromkeys(("case", "need", "followup", "enterprise", "membership", "token", "notice"), own)
    return {**shared, **private, "session": own, "view": {"specialist": handler}}
