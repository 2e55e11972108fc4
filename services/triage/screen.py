"""Everything one case's page shows to the desk, each panel by one or two queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from enterprises.models import Enterprise, Membership
from portal.accounts.models import NAMED, User
from portal.columns import none_but
from portal.forms import Blank
from portal.kept import kept
from services.cases import promises, reading, timeline
from services.cases.actions import may_reopen
from services.cases.models import Case, InformationRequest, Need
from services.cases.models.documents import CaseDocument, documents_of
from services.cases.states import CASE_OPEN, CASE_STEPS, NEED_STEPS, CaseState, NeedState
from services.catalogue.models import ServiceItem
from services.clocks.calendar import Calendar
from services.triage import advice, answers, deadlines, similar
from services.triage.actions import SPOKEN
from services.triage.advice import Advice
from services.triage.deadlines import Deadline
from services.triage.forms import (
    AnswerForm,
    AskForm,
    ConfirmForm,
    DecideForm,
    NoteForm,
    ReferOutForm,
    ReopenForm,
    TakeForm,
)
from services.triage.models import Decision, TriageDraft
from services.triage.pieces import Pieces, begun, ordered

OTHERS_SHOWN = 6
UNTRIAGED = frozenset({CaseState.SUBMITTED, CaseState.RETURNED})
SERVED = frozenset({CaseState.IN_SERVICE, CaseState.AWAITING_CONFIRMATION, CaseState.CLOSED, CaseState.FOLLOWED_UP})
PEOPLE = ("owner", "submitter", "recorder", "presence__user")
PLACES = ("enterprise__region", "enterprise__industry")
JOINED = (*PEOPLE, *PLACES, "station", "merged_into")


@dataclass(frozen=True)
class NeedLine:
    """One need with what the desk has to know about it."""

    need: Need
    missing: list[str]
    deadline: Deadline | None
    decide: Blank | None
    reopen: Blank | None


ASIDE = (
    *(name for person in PEOPLE for name in none_but(Case, person, *NAMED)),
    *(name for place in PLACES for name in none_but(Case, place, "name_zh", "name_en")),
    *none_but(Case, "merged_into", "number"),
)
"""Columns of what is joined that nothing on the page says."""


def cases(user: User) -> QuerySet[Case]:
    """The cases of the desk, each with everything that one row of its page names, and whether it has what few have."""
    rows = Case.objects.visible_to(user).with_calendar().select_related(*JOINED).defer("search", *ASIDE)
    here = OuterRef("pk")
    return rows.annotate(
        has_documents=Exists(CaseDocument.objects.filter(case=here)),
        has_requests=Exists(InformationRequest.objects.filter(case=here)),
        has_draft=Exists(TriageDraft.objects.visible_to(user).filter(case=here)),
    )


@kept
def called(*, number: str, user: User) -> QuerySet[Case]:
    return cases(user).filter(number=number)


def context(case: Case, user: User, *, now: datetime) -> dict[str, Any]:
    """The page without anything typed."""
    needs = reading.needs_of(case)
    suggestion = _suggestion(case, user, now=now)
    return {
        "case": case,
        "present": presence(case, user, now=now),
        "others": others(case, user),
        "people": people(case.enterprise),
        "documents": documents_of(case=case.pk, user=user) if _may_have("documents", case) else [],
        "lines": timeline.of_case(case, user),
        "requests": _asked(case),
        "needs": _lines(case, needs, calendar=promises.working_time(case), now=now),
        "triaged": needs,
        **suggestion,
        **_forms(case, needs, user, suggestion["advice"]),
    }


def _may_have(what: str, case: Case) -> bool:
    """Unless the case came with the word that it has none."""
    return bool(getattr(case, f"has_{what}", True))


def _suggestion(case: Case, user: User, *, now: datetime) -> dict[str, Any]:
    """Before the decision what is suggested and what was done in like cases; after it, the decision."""
    if case.state in UNTRIAGED:
        read = advice.read(case, today=timezone.localdate(now))
        return {"advice": read, "similar": similar.solved(case, user), "decision": None}
    return {"advice": None, "similar": [], "decision": next(iter(_decisions(case=case.pk)), None)}


@kept
def _decisions(*, case: int) -> QuerySet[Decision]:
    aside = ("suggestion", *none_but(Decision, "by", *NAMED))
    return Decision.objects.filter(case=case).select_related("by").defer(*aside).order_by("-id")[:1]


def _asked(case: Case) -> list[InformationRequest]:
    return _requests(case=case.pk) if case.state != CaseState.SUBMITTED and _may_have("requests", case) else []


@kept
def _requests(*, case: int) -> QuerySet[InformationRequest]:
    return InformationRequest.objects.filter(case=case).order_by("-id")[:3]


@kept
def _drafts(*, case: int, user: User) -> QuerySet[TriageDraft]:
    return TriageDraft.objects.visible_to(user).filter(case=case)


def _forms(case: Case, needs: list[Need], user: User, found: Advice | None) -> dict[str, Any]:
    possible = CASE_STEPS[CaseState(case.state)]
    splits = case.state == CaseState.SUBMITTED or case.state in SERVED
    forms = {**dict.fromkeys(("take", "ask", "answer", "refer_out")), "note": Blank(NoteForm, "note_")}
    if _may_take(case, user):
        forms["take"] = Blank(TakeForm, "take_", case.version)
    if CaseState.RETURNED in possible:
        forms["ask"] = Blank(AskForm, "ask_", case.version)
    if splits:
        forms["answer"] = Blank(AnswerForm, "answer_", case.version, spoken=case.channel in SPOKEN)
    if CaseState.REFERRED_OUT in possible:
        door = {"door": found.door.code} if found and found.door else {}
        forms["refer_out"] = Blank(ReferOutForm, "refer_out_", case.version, door)
    urgency = {"urgency": found.urgency.code} if found else {}
    draft = next(iter(_drafts(case=case.pk, user=user)), None) if splits and _may_have("draft", case) else None
    typed = draft.data.get("words", {}) if draft else {}
    return {
        "forms": forms,
        "may_merge": CaseState.MERGED in possible,
        "splits": splits,
        "confirm": ConfirmForm(initial={"version": case.version, **urgency, **typed}),
        "pieces": pieces(case, needs, draft) if splits else None,
    }


def pieces(case: Case, needs: list[Need], draft: TriageDraft | None) -> Pieces:
    """The form as it was left, or with the item the enterprise ordered."""
    if draft:
        return Pieces(draft.data.get("pieces"), existing=needs)
    if not case.ordered_item or case.state != CaseState.SUBMITTED:
        return Pieces(begun([]), existing=needs)
    item = ServiceItem.objects.offered().filter(pk=case.ordered_item).first() if case.ordered_answers else None
    data = ordered(item, case.ordered_answers) if item else begun([case.ordered_item])
    return Pieces(data, existing=needs)


def presence(case: Case, user: User, *, now: datetime) -> User | None:
    """The colleague who has the case open just now."""
    held = getattr(case, "presence", None)
    return held.user if held and held.user_id != user.pk and held.is_fresh(now) else None


def others(case: Case, user: User) -> list[Case]:
    """Further cases of the same enterprise, or of the same person where no enterprise is known; the newest first."""
    if case.enterprise_id:
        return _others("enterprise", same=case.enterprise_id, case=case.pk, user=user)
    return _others("submitter", same=case.submitter_id, case=case.pk, user=user) if case.submitter_id else []


@kept
def _others(column: str, *, same: int, case: int, user: User) -> QuerySet[Case]:
    rows = Case.objects.visible_to(user).filter(**{column: same}).exclude(pk=case)
    return rows.only("number", "text", "state").order_by("-id")[:OTHERS_SHOWN]


def repeated(rows: list[Case]) -> list[Case]:
    """Those that the case may be a repeat of."""
    return [row for row in rows if row.state in CASE_OPEN]


def people(enterprise: Enterprise | None) -> list[Membership]:
    return _people(enterprise=enterprise.pk) if enterprise else []


@kept
def _people(*, enterprise: int) -> QuerySet[Membership]:
    active = Membership.objects.filter(enterprise=enterprise, state=Membership.State.ACTIVE)
    return active.select_related("user").defer(*none_but(Membership, "user", *NAMED)).order_by("role", "id")[:10]


def _lines(case: Case, needs: list[Need], *, calendar: Calendar, now: datetime) -> list[NeedLine]:
    again = {need.reopens_id for need in needs}
    return [
        NeedLine(
            need=need,
            missing=answers.missing(need.item, need.answers),
            deadline=deadlines.of(need.item, need.answers, calendar=calendar, now=now),
            decide=_decide_form(need),
            reopen=_reopen_form(need) if may_reopen(need, case) and need.pk not in again else None,
        )
        for need in needs
    ]


def _decide_form(need: Need) -> Blank | None:
    return Blank(DecideForm, f"decide_{need.pk}_", need.version) if NEED_STEPS[NeedState(need.state)] else None


def _reopen_form(need: Need) -> Blank:
    return Blank(ReopenForm, f"reopen_{need.pk}_")


def _may_take(case: Case, user: User) -> bool:
    if case.owner_id == user.pk or not case.is_open:
        return False
    return case.owner_id is None or user.has_perm("triage.lead")
