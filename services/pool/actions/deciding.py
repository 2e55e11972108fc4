"""From a proposal to a step: decided with reasons, signed by a second person where it is grave, answered, appealed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from experts import standing
from experts.models import Institution, InstitutionMembership, StandingChange
from portal import refusals
from portal.accounts.models import User
from portal.files import actions as files
from portal.files.models import Attachment
from portal.refusals import Conflict, Forbidden, Unprocessable
from portal.transactions import as_one
from services.pool import promises
from services.pool import standing_notices as notices
from services.pool.models import Period, ProposalState, StandingAppeal, StandingProposal, StandingReply

P = ProposalState
DAYS = {Period.Kind.REPLY: 10, Period.Kind.APPEAL: 15}
"""Where no row says otherwise."""

refusals.constraint("proposal_one_open", _("This step is proposed already. Please decide that proposal."))


class DecidedAlready(Conflict):
    title = _("Decided already")
    detail = _("Somebody decided this meanwhile. Please look at it as it is now.")


class SameHand(Forbidden):
    title = _("A second person has to sign")
    detail = _("Whoever decided it, or belongs to the institution, cannot sign it as well.")


class TooLate(Unprocessable):
    title = _("Not possible any more")
    detail = _("The time for it is over, or it was done already.")


class NotYours(Forbidden):
    detail = _("Only people of the institution may do this.")


class InvolvedInStanding(Forbidden):
    title = _("Somebody else has to decide this appeal")
    detail = _("You had to do with the decision or belong to the institution.")


@as_one
def decide(proposal: StandingProposal, *, carry: bool, reason: str, by: User, now: datetime) -> StandingProposal:
    """Follow a proposal or not. What two have to decide waits for the other signature, and the institution hears of it.

    :raises DecidedAlready: somebody was faster.
    :raises StaleStanding: the institution has gone another way since.
    """
    _lock(proposal, P.OPEN)
    proposal.decided_by, proposal.decided_at, proposal.reason = by, now, reason
    if not carry:
        return _store(proposal, P.REJECTED)
    if not proposal.needs_two:
        return _carry(proposal, second=None, now=now)
    _check_current(proposal)
    proposal.told_at, proposal.reply_until = now, _until(Period.Kind.REPLY, now)
    _store(proposal, P.SIGNING)
    notices.intended(proposal, now=now)
    return proposal


@as_one
def sign(proposal: StandingProposal, *, agree: bool, note: str, by: User, now: datetime) -> StandingProposal:
    """The second person, who was neither the first nor is of the institution.

    :raises SameHand: it is one of those.
    """
    _lock(proposal, P.SIGNING)
    if by.pk == proposal.decided_by_id or not by.has_perm("pool.sign") or _acts_for(proposal.institution, by):
        raise SameHand
    proposal.second_by, proposal.second_at, proposal.second_note = by, now, note
    if agree:
        return _carry(proposal, second=by, now=now)
    _store(proposal, P.REJECTED)
    notices.dropped(proposal, now=now)
    return proposal


@as_one
def by_hand(institution: Institution, target: str, *, reason: str, by: User, now: datetime) -> StandingProposal:
    """A curator proposes a step of the table on grounds no rule counts, and so decides it."""
    if target not in standing.STEPS[institution.standing]:
        raise standing.StaleStanding(extra={"standing": institution.standing})
    StandingProposal.objects.overtaken().filter(institution=institution).update(state=P.LAPSED)
    made = {"institution": institution, "origin": institution.standing, "target": target}
    proposal = StandingProposal.objects.create(**made, made_at=now, made_by=by)
    return decide(proposal, carry=True, reason=reason, by=by, now=now)


@as_one
def reply(
    proposal: StandingProposal, *, text: str, uploads: Iterable[UploadedFile], by: User, now: datetime
) -> StandingReply:
    """What the institution has to say; whoever decides next reads it.

    :raises TooLate: the days for it are over, or it has replied.
    """
    _lock(proposal, proposal.state)
    _check_own(proposal, by)
    if not proposal.may_reply(now):
        raise TooLate
    row = StandingReply.objects.create(proposal=proposal, text=text, by=by, at=now)
    row.papers.set(_stored(uploads, by))
    notices.replied(proposal, now=now)
    return row


@as_one
def appeal(
    proposal: StandingProposal, *, reason: str, uploads: Iterable[UploadedFile], by: User, now: datetime
) -> StandingAppeal:
    """Against a step down; the step stands until an officer who had nothing to do with it has decided.

    :raises TooLate: the days for it are over, or it has appealed.
    """
    _lock(proposal, proposal.state)
    _check_own(proposal, by)
    if not proposal.may_appeal(now):
        raise TooLate
    row = StandingAppeal.objects.create(proposal=proposal, reason=reason, lodged_by=by, lodged_at=now)
    row.papers.set(_stored(uploads, by))
    row.due_at = promises.lodged(row, now=now, actor=str(by))
    row.save(update_fields=["due_at"])
    notices.appealed(row, now=now)
    return row


@as_one
def rule(row: StandingAppeal, *, uphold: bool, decision: str, by: User, now: datetime) -> StandingAppeal:
    """Upheld: the step is taken back, unless others have followed it since.

    :raises InvolvedInStanding: the person is no officer or had to do with it.
    """
    current = StandingAppeal.objects.select_for_update(of=("self",)).select_related("proposal__change")
    row = current.select_related("proposal__institution").get(pk=row.pk)
    if row.is_over:
        raise DecidedAlready
    if not by.has_perm("rectification.decide") or is_involved(row.proposal, by):
        raise InvolvedInStanding
    row.state = StandingAppeal.State.UPHELD if uphold else StandingAppeal.State.DISMISSED
    row.decision, row.decided_by, row.decided_at, row.due_at = decision, by, now, None
    change = row.proposal.change
    if uphold and change == StandingChange.objects.filter(institution=row.proposal.institution).latest("pk"):
        row.restored = standing.undo(change, by=by, now=now, reason=decision)
    row.save()
    promises.ruled(row, now=now)
    notices.ruled(row, now=now)
    return row


def is_involved(proposal: StandingProposal, user: User) -> bool:
    hands = {proposal.made_by_id, proposal.decided_by_id, proposal.second_by_id}
    return user.pk in hands or _acts_for(proposal.institution, user)


def _carry(proposal: StandingProposal, *, second: User | None, now: datetime) -> StandingProposal:
    _check_current(proposal)
    named = [f"{one.rule.indicator} v{one.version}" for one in proposal.figures.select_related("rule").order_by("pk")]
    proposal.change = standing.move(
        proposal.institution,
        proposal.target,
        by=proposal.decided_by,
        second=second,
        now=now,
        reason=proposal.reason,
        rule=", ".join(named)[:100],
    )
    proposal.told_at = proposal.told_at or now
    proposal.reply_until = proposal.reply_until or _until(Period.Kind.REPLY, now)
    if proposal.is_step_down:
        proposal.appeal_until = _until(Period.Kind.APPEAL, now)
    _store(proposal, P.CARRIED)
    notices.carried(proposal, now=now)
    return proposal


def _check_current(proposal: StandingProposal) -> None:
    proposal.institution.refresh_from_db(fields=["standing"])
    if proposal.institution.standing != proposal.origin:
        raise standing.StaleStanding(extra={"standing": proposal.institution.standing})


def _lock(proposal: StandingProposal, state: str) -> None:
    """
    :raises DecidedAlready: it is in another state than the one that was looked at.
    """
    rows = StandingProposal.objects.select_for_update(no_key=True).filter(pk=proposal.pk)
    if rows.values_list("state", flat=True).get() != state or proposal.state != state:
        raise DecidedAlready


def _store(proposal: StandingProposal, state: str) -> StandingProposal:
    proposal.state = state
    proposal.save()
    return proposal


def _until(kind: str, now: datetime) -> datetime:
    days = Period.objects.filter(kind=kind, active=True).order_by("-days").values_list("days", flat=True).first()
    return now + timedelta(days=days or DAYS[Period.Kind(kind)])


def _check_own(proposal: StandingProposal, by: User) -> None:
    if not _acts_for(proposal.institution, by):
        raise NotYours


def _acts_for(institution: Institution, user: User) -> bool:
    return InstitutionMembership.objects.filter(institution=institution, user=user, active=True).exists()


def _stored(uploads: Iterable[Any], by: User) -> list[Attachment]:
    return [files.store(each, by=by) for each in uploads]
