"""From the call-back to the end: hand to the institution, reply, ask again, decide."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext_lazy, gettext_noop

from portal.accounts.models import User, digest
from portal.files.models import Attachment
from portal.sayings import saying
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Need, Verb
from services.followup import actions as followup
from services.rectification import door, links, people, telling
from services.rectification.faults import LinkClosed, LinkUnknown, NobodyToAsk, NotNow, OnlyTheLead, TooSoon
from services.rectification.models import CallBack, Rectification, Round
from services.rectification.states import CallOutcome, Outcome, Verdict
from services.rectification.states import RectificationState as S

BY_LINK = Actor.by_rule("rectification.link/1", gettext_lazy("answer by link"))
WAKE = Actor.by_rule("rectification.wake/1", gettext_lazy("link without an answer"))
NOT_REACHED = saying(gettext_noop("Not reached."))
ASKED = saying(gettext_noop("Asked whether it is put right."))
UNANSWERED = saying(gettext_noop("No answer to the link; it takes a call."))
LINK_OPEN = timedelta(days=7)
BETWEEN_CALLS = timedelta(hours=2)
MOST_CALLS = 3
MOST_ROUNDS = 2


# The call-back


@as_one
def call_back(
    row: Rectification,
    *,
    by: User,
    now: datetime,
    outcome: str,
    note: str = "",
    text: str = "",
    agreed: bool = False,
    version: int | None = None,
) -> Rectification:
    """Write down the call after an unhappy answer. Confirmed, or three times not reached: the institution is asked to
    put it right.

    :param text: what is to be put right, in the words of the caller.
    :param agreed: the enterprise agreed that the institution reads its own words too.
    :raises SomebodyElseCalls: the caller handled the case or works for the institution.
    :raises TooSoon: the last try is less than two hours ago.
    """
    row = door.locked(row, S.OPENED, version=version)
    people.check_caller(row, by)
    tries = _tries(row, None, now=now)
    CallBack.objects.create(rectification=row, outcome=CallOutcome(outcome), note=note, by=by, at=now)
    if outcome == CallOutcome.MISUNDERSTANDING:
        row = _close(row, Outcome.MISUNDERSTANDING, by=Actor.of(by), now=now, audience=Audience.ENTERPRISE)
        telling.taken_back(row, now=now)
        return row
    if outcome == CallOutcome.NOT_REACHED and tries + 1 < MOST_CALLS:
        return _not_reached(row, note, by=by, now=now)
    words = row.answer.comment if agreed and outcome == CallOutcome.CONFIRMED else ""
    return _hand(row, text, words=words, by=Actor.of(by), now=now, verb=Verb.CALLED_BACK)


def _tries(row: Rectification, about: Round | None, *, now: datetime) -> int:
    made = list(CallBack.objects.filter(rectification=row, round=about).order_by("pk"))
    made = [one for one in made if one.at >= row.opened_at]
    if made and now - made[-1].at < BETWEEN_CALLS:
        raise TooSoon
    return len(made)


def _not_reached(row: Rectification, note: str, *, by: User, now: datetime) -> Rectification:
    Rectification.objects.filter(pk=row.pk).update(version=F("version") + 1)
    words = f"{NOT_REACHED}\n{note}" if note else NOT_REACHED
    cases.note(
        row.case,
        words,
        by=Actor.of(by),
        now=now,
        audience=Audience.INTERNAL,
        referral=row.referral,
        verb=Verb.CALLED_BACK,
    )
    return door.whole(row.pk)


def _hand(
    row: Rectification,
    text: str,
    *,
    by: Actor,
    now: datetime,
    words: str = "",
    verb: Verb = Verb.RECTIFICATION_OPENED,
) -> Rectification:
    """A round at the institution, with its own five days."""
    asked = Round.objects.create(
        rectification=row,
        number=row.rounds.count() + 1,
        text=text,
        words=words,
        opened_by=by.person,
        opened_at=now,
    )
    row = door.move(
        row,
        S.CALLED_BACK,
        verb=verb,
        by=by,
        now=now,
        audience=Audience.SHARED,
        note=text,
        handed_at=row.handed_at or now,
    )
    telling.handed(row, asked, now=now)
    return row


# The institution's reply


@as_one
def reply(
    row: Rectification,
    *,
    by: User,
    now: datetime,
    cause: str,
    measures: str,
    done_on: date,
    attachments: Iterable[Attachment] = (),
    version: int | None = None,
) -> Rectification:
    """What was the cause, what was done and when.

    :raises NotTheInstitution: the person does not act for the institution.
    """
    row = door.locked(row, S.CALLED_BACK, version=version)
    people.check_member(row.referral, by)
    asked = door.last_round(row)
    papers = cases.attach(row.case, attachments, audience=Audience.SHARED, now=now, referral=row.referral)
    asked.cause, asked.measures, asked.done_on = cause, measures, done_on
    asked.replied_by, asked.replied_at, asked.late = by, max(now, asked.opened_at), row.is_late(now)
    asked.save(update_fields=["cause", "measures", "done_on", "replied_by", "replied_at", "late"])
    asked.papers.set(papers)
    row = door.move(
        row,
        S.REPLIED,
        verb=Verb.RECTIFICATION_REPLIED,
        by=Actor.of(by),
        now=now,
        audience=Audience.SHARED,
        note=measures,
    )
    telling.replied(row, now=now)
    return row


# Asking the enterprise again


@as_one
def ask(row: Rectification, *, by: User, now: datetime, version: int | None = None) -> Rectification:
    """Send the enterprise a link under which it says whether it is put right.

    :raises NobodyToAsk: there is no address; it takes a call.
    """
    row = door.locked(row, S.REPLIED, version=version)
    recipient = followup.who(row.case)
    if recipient is None:
        raise NobodyToAsk
    asked = door.last_round(row)
    reference = links.new_reference(asked.pk)
    asked.token_digest, asked.closes_at = digest(links.token(reference)), now + LINK_OPEN
    asked.save(update_fields=["token_digest", "closes_at"])
    row = _asked_again(row, by=Actor.of(by), now=now)
    telling.asked(row, recipient, reference, asked.closes_at, now=now)
    return row


def _asked_again(row: Rectification, *, by: Actor, now: datetime) -> Rectification:
    return door.move(row, S.RE_ASKED, verb=Verb.NOTED, by=by, now=now, audience=Audience.ENTERPRISE, note=ASKED)


def wake(now: datetime, *, limit: int = 200) -> int:
    """Links that closed without an answer: the desk calls. May run twice."""
    silent = Round.objects.filter(verdict="", closes_at__lte=now, rectification__state=S.RE_ASKED)
    return sum(_wake(pk, now=now) for pk in silent.order_by("pk").values_list("rectification", flat=True)[:limit])


@as_one
def _wake(pk: int, *, now: datetime) -> bool:
    row = Rectification.objects.select_related("referral").get(pk=pk)
    cases.lock(row.referral)
    row.refresh_from_db(fields=["state"])
    if row.state != S.RE_ASKED:
        return False
    row = door.move(row, S.REPLIED, verb=Verb.NOTED, by=WAKE, now=now, audience=Audience.INTERNAL, note=UNANSWERED)
    telling.replied(row, now=now)
    return True


def by_token(token: str, *, now: datetime) -> Round:
    """The round that a link belongs to, if it can still be answered. Looking changes nothing.

    :raises LinkUnknown: no such link.
    :raises LinkClosed: it was answered, or its time is over.
    """
    found = Round.objects.select_related("rectification__referral").filter(token_digest=digest(token)).first()
    if found is None:
        raise LinkUnknown
    open_still = found.closes_at is not None and found.closes_at > now and not found.verdict
    if not open_still or found.rectification.state != S.RE_ASKED:
        raise LinkClosed
    return found


@as_one
def answer(
    row: Rectification,
    verdict: str,
    *,
    now: datetime,
    said: str = "",
    by: User | None = None,
    version: int | None = None,
) -> Rectification:
    """What the enterprise itself says about it, by link or signed in.

    :raises NotForStaff: the person works here or for the institution.
    """
    row = door.locked(row, S.REPLIED, S.RE_ASKED, version=version)
    if by is not None:
        people.check_enterprise(row, by)
    return _judge(row, Verdict(verdict), said, by=Actor.of(by) if by else BY_LINK, now=now)


@as_one
def record_answer(
    row: Rectification,
    *,
    by: User,
    now: datetime,
    verdict: str = "",
    said: str = "",
    note: str = "",
    version: int | None = None,
) -> Rectification:
    """Write down the call about it; without a verdict nobody was reached. Three times not reached: the lead decides.

    :raises SomebodyElseCalls: the caller handled the case or works for the institution.
    :raises TooSoon: the last try is less than two hours ago.
    """
    row = door.locked(row, S.REPLIED, S.RE_ASKED, version=version)
    people.check_caller(row, by)
    asked = door.last_round(row)
    tries = _tries(row, asked, now=now)
    outcome = CallOutcome.ANSWERED if verdict else CallOutcome.NOT_REACHED
    CallBack.objects.create(rectification=row, round=asked, outcome=outcome, note=note, by=by, at=now)
    if not verdict and tries + 1 < MOST_CALLS:
        return _not_reached(row, note, by=by, now=now)
    return _judge(row, Verdict(verdict or Verdict.UNREACHABLE), said, by=Actor.of(by), now=now)


def _judge(row: Rectification, verdict: Verdict, said: str, *, by: Actor, now: datetime) -> Rectification:
    asked = door.last_round(row)
    asked.verdict, asked.said, asked.judged_by, asked.judged_at = verdict, said, by.person, now
    asked.save(update_fields=["verdict", "said", "judged_by", "judged_at"])
    if row.state == S.REPLIED:
        row = _asked_again(row, by=by if by.person and by.person.works_here else BY_LINK, now=now)
    if verdict == Verdict.SATISFIED:
        return _finish(row, Outcome.SATISFIED, by=by, now=now, reason=said)
    if verdict == Verdict.REOPEN:
        if not Need.objects.filter(reopens=row.referral.need_id).exists():  # else the enterprise did so itself
            cases.reopen(row.referral.need, by=by, now=now, reason=said)
        return _finish(row, Outcome.REOPENED, by=by, now=now, reason=said)
    if verdict == Verdict.AGAIN and asked.number < MOST_ROUNDS:
        return _hand(row, said, by=by, now=now)
    row = door.move(row, S.UNSETTLED, verb=Verb.NOTED, by=by, now=now, audience=Audience.INTERNAL, note=said)
    telling.unsettled(row, now=now)
    return row


# The end


@as_one
def decide(
    row: Rectification, *, by: User, now: datetime, reason: str, again: bool = False, version: int | None = None
) -> Rectification:
    """A lead decides where the rounds are used up, or where the institution is late: one more round, or the end.

    :raises OnlyTheLead: the person is no lead, or handled the case.
    """
    row = door.locked(row, S.UNSETTLED, S.CALLED_BACK, version=version)
    if not by.has_perm("triage.lead") or people.handled(row, by):
        raise OnlyTheLead
    if row.state == S.CALLED_BACK and not row.is_late(now):
        raise NotNow(row)
    if again and row.state == S.UNSETTLED:
        return _hand(row, reason, by=Actor.of(by), now=now)
    return _finish(row, Outcome.DECIDED, by=Actor.of(by), now=now, reason=reason)


def _finish(row: Rectification, outcome: Outcome, *, by: Actor, now: datetime, reason: str) -> Rectification:
    row = _close(row, outcome, by=by, now=now, reason=reason, audience=Audience.SHARED)
    telling.closed(row, now=now)
    return row


def _close(
    row: Rectification, outcome: Outcome, *, by: Actor, now: datetime, audience: Audience, reason: str = ""
) -> Rectification:
    return door.move(
        row,
        S.CLOSED,
        verb=Verb.RECTIFICATION_CLOSED,
        by=by,
        now=now,
        audience=audience,
        note=reason,
        outcome=outcome,
        reason=reason,
        closed_at=now,
        closed_by=by.person,
    )
