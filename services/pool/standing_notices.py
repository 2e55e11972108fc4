"""Who is told of which step of a proposal about a standing: the institution's people, whoever signs, the officers."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import translation

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices import actions as notices
from portal.notices.actions import Recipient, Telling
from services.pool import telling, wording
from services.pool.models import StandingAppeal, StandingProposal


def intended(proposal: StandingProposal, *, now: datetime) -> None:
    """Two have to decide: the institution may reply first, and somebody else has to sign."""
    signers = [user for user in _signers() if user.pk != proposal.decided_by_id]
    mine = [_to_people(proposal, "standing_intended"), _to(signers, proposal, "standing_to_sign")]
    notices.tell_all(mine, now=now)


def carried(proposal: StandingProposal, *, now: datetime) -> None:
    notices.tell_all([_to_people(proposal, "standing_changed")], now=now)


def dropped(proposal: StandingProposal, *, now: datetime) -> None:
    notices.tell_all([_to_people(proposal, "standing_kept"), _to_first(proposal, "standing_kept")], now=now)


def replied(proposal: StandingProposal, *, now: datetime) -> None:
    notices.tell_all([_to(_signers(), proposal, "standing_replied")], now=now)


def appealed(appeal: StandingAppeal, *, now: datetime) -> None:
    officers = User.objects.filter(role=Role.APPEALS_OFFICER, is_active=True)
    path = reverse("pool:standing_appeal", args=[appeal.pk])
    due = {"due_at": appeal.due_at.isoformat()} if appeal.due_at else {}
    notices.tell_all([_to(officers, appeal.proposal, "standing_appealed", path, due)], now=now)


def ruled(appeal: StandingAppeal, *, now: datetime) -> None:
    """The institution, and the two who had decided."""
    proposal, facts = appeal.proposal, {"outcome": appeal.state, "decision": appeal.decision}
    hands = [user for user in (proposal.decided_by, proposal.second_by) if user]
    path = reverse("pool:standing_appeal", args=[appeal.pk])
    mine = [
        _to_people(proposal, "standing_appeal_decided", facts),
        _to(hands, proposal, "standing_appeal_decided", path, facts),
    ]
    notices.tell_all(mine, now=now)


def _to_people(proposal: StandingProposal, event: str, facts: dict[str, str] | None = None) -> Telling:
    people = telling.people_of([proposal.institution_id]).get(proposal.institution_id, [])
    path = reverse("pool:own_standing", args=[proposal.institution_id])
    return Telling(people, event, f"standing-{proposal.pk}-{event}", {**_facts(proposal), **(facts or {})}, path)


def _to_first(proposal: StandingProposal, event: str) -> Telling:
    return _to([user for user in (proposal.decided_by,) if user], proposal, event)


def _signers() -> Iterable[User]:
    return User.objects.filter(role__in=[Role.CENTRE_LEAD, Role.CURATOR], is_active=True)


def _to(
    users: Iterable[User], proposal: StandingProposal, event: str, path: str = "", facts: dict[str, str] | None = None
) -> Telling:
    recipients = [Recipient(user=user, language=user.language) for user in users]
    key = f"standing-{proposal.pk}-{event}-desk"
    return Telling(recipients, event, key, {**_facts(proposal), **(facts or {})}, path or proposal.get_absolute_url())


def _facts(proposal: StandingProposal) -> dict[str, str]:
    """Words are made in both languages here, because each reader gets their own."""
    institution, figures = proposal.institution, list(proposal.figures.select_related("rule").order_by("pk"))
    facts = {
        "name_zh": institution.name_zh,
        "name_en": institution.name_en or institution.name_zh,
        "reason": proposal.reason,
        "note": proposal.second_note,
    }
    for name in ("reply_until", "appeal_until"):
        if moment := getattr(proposal, name):
            facts[f"{name}_at"] = moment.isoformat()
    for tongue, ending in (("zh-hans", "zh"), ("en", "en")):
        with translation.override(tongue):
            facts[f"from_{ending}"] = str(Institution.Standing(proposal.origin).label)
            facts[f"to_{ending}"] = str(Institution.Standing(proposal.target).label)
            facts[f"figures_{ending}"] = "\n".join(wording.figure(each) for each in figures)
    return facts
