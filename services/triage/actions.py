"""What the desk does with a case. Whoever acts says which version they were looking at; a later one refuses them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from experts.models import Institution
from portal.accounts.models import User
from portal.refusals import Unprocessable
from portal.sayings import saying
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases import promises
from services.cases.actions import NewNeed
from services.cases.actors import Actor
from services.cases.faults import IllegalMove, StaleState
from services.cases.models import (
    Audience,
    Case,
    CaseDocument,
    CaseEvent,
    Channel,
    Need,
    Referral,
    Result,
    Urgency,
    Verb,
)
from services.cases.states import CASE_OPEN, NEED_STEPS, CaseState, NeedState, ReferralState
from services.catalogue.models import ServiceItem
from services.triage import deadlines, doors
from services.triage.models import Decision, Presence, SavedView, TriageDraft

SPOKEN_FOR = saying(gettext_noop("Confirmed by word of mouth."))
JOINED = saying(gettext_noop("Joined with another case:"))
DESCRIBED = saying(gettext_noop("Described more closely."))
LAPSE = Actor.by_rule("triage.lapse_unanswered/1", _("question without an answer"))
SPOKEN = frozenset({Channel.COUNTER, Channel.PHONE, Channel.VISIT})


class NoOwnDesk(Unprocessable):
    """The pool holds no institution of kind centre."""

    detail = _("The centre's own desk is not in the pool yet. Ask a curator to add it, of the kind “centre”.")


class NotOneMatter(Unprocessable):
    """The two cases cannot be one."""

    title = _("These two cases cannot be joined")


@as_one
def confirm(
    case: Case,
    pieces: Sequence[NewNeed],
    *,
    by: User,
    now: datetime,
    version: int | None,
    urgency: str = Urgency.NORMAL,
    suggestion: Mapping[str, Any] | None = None,
    note: str = "",
) -> Decision:
    """Split the case into needs, promise their days, and keep the decision beside the suggestion."""
    settled = deadlines.promised(pieces, calendar=promises.working_time(case), before={}, now=now)
    urgency = deadlines.most_urgent(urgency, *(piece.urgency for piece in settled))
    cases.triage(case, settled, by=Actor.of(by), now=now, urgency=urgency, version=version, note=note)
    TriageDraft.objects.filter(case=case).delete()
    return _remember(case, settled, urgency=urgency, suggestion=suggestion or {}, by=by, now=now)


@as_one
def add_needs(case: Case, pieces: Sequence[NewNeed], *, by: User, now: datetime, version: int | None) -> list[Need]:
    """Split further needs off a case that is in service already."""
    locked = _expect(case, version)
    before = dict(locked.needs.values_list("position", "promised_on"))
    settled = deadlines.promised(pieces, calendar=promises.working_time(locked), before=before, now=now)
    made = cases.add_needs(case, settled, by=Actor.of(by), now=now)
    TriageDraft.objects.filter(case=case, user=by).delete()
    return made


@as_one
def answer_now(
    case: Case,
    item: ServiceItem,
    text: str,
    *,
    by: User,
    now: datetime,
    version: int | None,
    close: bool = False,
    suggestion: Mapping[str, Any] | None = None,
) -> Referral:
    """Answer a question at the desk: a need, a referral to the centre itself and a result of advice, in one go.

    :param close: the enterprise said at the counter or on the phone that this settles it.
    :raises NoOwnDesk: the pool holds no institution of kind centre.
    :raises IllegalMove: the case is neither being triaged nor in service.
    """
    if close and case.channel not in SPOKEN:
        raise Unprocessable(_("Only what was said in person or on the phone can be confirmed for the enterprise."))
    piece = NewNeed(item=item, description=case.text[:2000], promised_on=timezone.localdate(now))
    if case.state == CaseState.SUBMITTED:
        confirmed = cases.triage(case, [piece], by=Actor.of(by), now=now, urgency=case.urgency, version=version)
        _remember(case, [piece], urgency=case.urgency, suggestion=suggestion or {}, by=by, now=now)
        TriageDraft.objects.filter(case=case).delete()
    else:
        _expect(case, version)
        confirmed = cases.add_needs(case, [piece], by=Actor.of(by), now=now)
    return _deliver_advice(confirmed[0], text, by=by, now=now, close=close)


def _deliver_advice(need: Need, text: str, *, by: User, now: datetime, close: bool) -> Referral:
    centre = Institution.objects.filter(kind=Institution.Kind.CENTRE).first()
    if centre is None:
        raise NoOwnDesk
    referral = cases.offer(need, centre, by=Actor.of(by), handler=by, now=now, fee=Referral.Fee.FREE)
    _step(referral, ReferralState.ACCEPTED, Verb.ACCEPTED, by=by, now=now, accepted_at=now)
    _step(referral, ReferralState.IN_PROGRESS, Verb.PROGRESSED, by=by, now=now)
    Result.objects.create(
        referral=referral,
        kind=Result.Kind.ADVICE,
        summary=text,
        issued_on=timezone.localdate(now),
        created_by=by,
        created_at=now,
    )
    _step(referral, ReferralState.DELIVERED, Verb.DELIVERED, by=by, now=now, note=text, delivered_at=now)
    if close:
        _step(referral, ReferralState.CONFIRMED, Verb.CONFIRMED, by=by, now=now, note=SPOKEN_FOR, confirmed_at=now)
    return referral


def _step(referral: Referral, to: str, verb: Verb, *, by: User, now: datetime, note: str = "", **columns: Any) -> None:
    cases.move(referral, to, verb=verb, by=Actor.of(by), now=now, audience=Audience.SHARED, note=note, **columns)


@as_one
def refer_out(
    case: Case,
    door: str,
    sentence: str = "",
    *,
    by: User,
    now: datetime,
    version: int | None,
    suggestion: Mapping[str, Any] | None = None,
) -> Case:
    """Show the way to the right door, kindly, in one's own words or the door's, and keep that it was shown."""
    language = case.submitter.language if case.submitter else "zh-hans"
    told = sentence or doors.sentence(door, language)
    name = doors.label(door, language)
    cases.move(
        case,
        CaseState.REFERRED_OUT,
        verb=Verb.REFERRED_OUT,
        by=Actor.of(by),
        now=now,
        audience=Audience.ENTERPRISE,
        note=f"{name}\n{told}",
        version=version,
        referred_to=name,
    )
    TriageDraft.objects.filter(case=case).delete()
    _remember(case, (), urgency=case.urgency, suggestion=suggestion or {}, by=by, now=now, door=door)
    return case


@as_one
def merge(case: Case, master: Case, *, by: User, now: datetime, version: int | None) -> Case:
    """Join a repeat with the case it repeats: papers and words move along, the earliest clock counts.

    :raises NotOneMatter: the other case is settled, is the same one, or belongs to somebody else.
    """
    both = Case.objects.select_for_update(no_key=True).filter(pk__in=[case.pk, master.pk]).order_by("pk")
    locked = {row.pk: row for row in both}
    repeat, master = locked[case.pk], locked[master.pk]
    _check_one_matter(repeat, master)
    cases.move(
        case,
        CaseState.MERGED,
        verb=Verb.MERGED,
        by=Actor.of(by),
        now=now,
        audience=Audience.ENTERPRISE,
        note=master.number,
        version=version,
        merged_into=master,
    )
    CaseDocument.objects.filter(case=case).update(case=master)
    told = f"{JOINED}\n{repeat.number}: {repeat.text}"
    cases.note(master, told, by=Actor.of(by), now=now, audience=Audience.ENTERPRISE)
    _keep_earliest_clock(master, repeat, now=now)
    TriageDraft.objects.filter(case=case).delete()
    return master


def _check_one_matter(repeat: Case, master: Case) -> None:
    if repeat.pk == master.pk:
        raise NotOneMatter(_("A case cannot be joined with itself."))
    if master.state not in CASE_OPEN:
        raise NotOneMatter(
            _("%(number)s is settled: %(state)s.") % {"number": master.number, "state": master.get_state_display()}
        )
    if not same_party(repeat, master):
        raise NotOneMatter(
            _("%(number)s belongs to somebody else; papers must not move between enterprises.")
            % {"number": master.number}
        )


def same_party(one: Case, other: Case) -> bool:
    """Whether the same enterprise, or where that is not known the same person or contact, asked in both."""
    if one.enterprise_id and other.enterprise_id:
        return one.enterprise_id == other.enterprise_id
    pairs = ((one.submitter_id, other.submitter_id), (one.contact_phone, other.contact_phone))
    return any(left and left == right for left, right in (*pairs, (one.contact_email, other.contact_email)))


def _keep_earliest_clock(master: Case, repeat: Case, *, now: datetime) -> None:
    """A master that still awaits triage answers for whoever waited longest."""
    columns: dict[str, object] = {"version": F("version") + 1}
    if master.state == CaseState.SUBMITTED and repeat.submitted_at < master.submitted_at:
        urgency = deadlines.most_urgent(master.urgency, repeat.urgency)
        columns |= promises.count_from(master, repeat.submitted_at, now=now, urgency=urgency)
    Case.objects.filter(pk=master.pk).update(**columns)
    master.refresh_from_db()


@as_one
def take(case: Case, *, by: User, now: datetime, version: int | None = None) -> Case:
    """Become the one contact person."""
    _expect(case, version)
    return cases.take(case, by=by, now=now)


@as_one
def decide(need: Need, to: str, reason: str, *, by: User, now: datetime, version: int | None) -> Need:
    """End a need that nobody can serve, or that another office has to serve, with the reason told to the enterprise."""
    cases.lock(need)
    current = Need.objects.get(pk=need.pk)
    if version is not None and current.version != version:
        raise StaleState(need.case)
    return cases.decide(need, NeedState(to), by=Actor.of(by), now=now, reason=reason)


@as_one
def describe(
    need: Need,
    *,
    description: str,
    urgency: str,
    answers: Mapping[str, Any],
    by: User,
    now: datetime,
    version: int | None,
) -> Need:
    """Complete what is known of a need before it is offered; a date among the answers may make it more urgent.

    :raises IllegalMove: an institution has it already and decided on what it was told.
    """
    case = cases.lock(need)
    current = Need.objects.select_related("item").get(pk=need.pk)
    if version is not None and current.version != version:
        raise StaleState(case)
    if not NEED_STEPS[NeedState(current.state)]:
        raise IllegalMove(current, current.state)
    deadline = deadlines.of(current.item, answers, calendar=promises.working_time(case), now=now)
    rushed = deadlines.most_urgent(urgency, deadline.urgency) if deadline else urgency
    return cases.describe(
        current,
        description=description,
        answers=answers,
        urgency=rushed,
        by=Actor.of(by),
        now=now,
        note=DESCRIBED,
    )


def note(case: Case, text: str, *, by: User, now: datetime, spoken: bool = False) -> CaseEvent:
    """A line that only staff read.

    :param spoken: it says what was spoken with the enterprise, which reads it too.
    """
    audience = Audience.ENTERPRISE if spoken else Audience.INTERNAL
    return cases.note(case, text, by=Actor.of(by), now=now, audience=audience)


def reopen(need: Need, reason: str, *, by: User, now: datetime) -> Need:
    """Take a settled need up again; the enterprise reads why."""
    return cases.reopen(need, by=Actor.of(by), now=now, reason=reason)


def lapse_unanswered(now: datetime, *, limit: int = 500) -> int:
    """Let the cases rest whose questions stayed unanswered to the end; an answer takes them up again. The number."""
    over = Case.objects.filter(state=CaseState.RETURNED, due_at__lt=now).order_by("due_at")[:limit]
    return cases.move_each(over, CaseState.LAPSED, verb=Verb.LAPSED, by=LAPSE, now=now, audience=Audience.ENTERPRISE)


def keep_draft(case: Case, data: Mapping[str, Any], *, by: User) -> None:
    """Keep what somebody has typed into the triage form so far."""
    TriageDraft.objects.update_or_create(case=case, user=by, defaults={"data": dict(data)})


def save_view(name: str, query: str, *, by: User) -> bool:
    """Keep a filter of the queue under a name; False when the person has one of this name."""
    view = SavedView(user=by, name=name, query=query)
    try:
        with transaction.atomic():
            view.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def delete_view(view: SavedView) -> None:
    view.delete()


def be_present(case: Case, held: Presence | None, *, user: User, now: datetime) -> Presence | None:
    """Say that one has the case open. Whoever was there first stays until they have been away for a minute.

    :param held: the row as it was read with the case.
    """
    if held and held.user_id != user.pk and held.is_fresh(now):
        return held
    Presence.objects.bulk_create(
        [Presence(case=case, user=user, seen_at=now)],
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["user", "seen_at"],
    )
    return None


def _expect(case: Case, version: int | None) -> Case:
    """The case, locked and still as it was seen."""
    locked = cases.lock(case)
    if version is not None and locked.version != version:
        raise StaleState(locked)
    return locked


def _remember(
    case: Case,
    pieces: Sequence[NewNeed],
    *,
    urgency: str,
    suggestion: Mapping[str, Any],
    by: User,
    now: datetime,
    door: str = "",
) -> Decision:
    boards = list(dict.fromkeys(piece.item.board_id for piece in pieces))
    items = list(dict.fromkeys(piece.item.pk for piece in pieces))
    return Decision.objects.create(
        case=case,
        suggestion=dict(suggestion),
        boards=boards,
        items=items,
        urgency=urgency,
        out_of_scope=door,
        agreed=_agreed(suggestion, items, door),
        by=by,
        at=now,
    )


def _agreed(suggestion: Mapping[str, Any], items: Sequence[str], door: str) -> bool:
    """Whether the person took what was suggested: the door, or only items that stood in the list."""
    suggested_door = (suggestion.get("out_of_scope") or {}).get("code", "")
    if door or suggested_door:
        return bool(door) and doors.known(suggested_door) == door if suggested_door else False
    suggested = {row["code"] for row in suggestion.get("items", ())}
    return bool(items) and set(items) <= suggested
