"""Who is told of which step. The words are in ``templates/notices/rectification_*.txt`` and ``appeal_*.txt``."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from portal.accounts.models import User
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from services.cases import office_hours
from services.cases.models import Referral
from services.followup import actions as followup
from services.rectification import links, people
from services.rectification.models import Appeal, Rectification, Round
from services.stations.people import leads


def opened(row: Rectification, *, now: datetime) -> None:
    """The visit desk calls, a lead and the contact person know: a person, always, in their working hours."""
    station, owner = row.case.station, row.case.owner
    users = [*leads(station), *people.callers(station), *([owner] if owner else [])]
    whom = [Recipient(user=user) for user in users]
    for send_at, some in office_hours.by_send_time(whom, now=now).items():
        _owe(some, "rectification_opened_desk", row, row.get_absolute_url(), now=now, send_at=send_at)


def handed(row: Rectification, asked: Round, *, now: datetime) -> None:
    """The institution reads what is to be put right and by when."""
    note = {"note": "\n".join(filter(None, [asked.text, asked.words])), "again": "yes" if asked.number > 1 else ""}
    _tell(people.members(row.referral), "rectification_handed_provider", row, now=now, more=note)


def replied(row: Rectification, *, now: datetime) -> None:
    _tell(people.callers(row.case.station) or leads(row.case.station), "rectification_replied_desk", row, now=now)


def asked(row: Rectification, recipient: Recipient, reference: str, closes_at: datetime, *, now: datetime) -> None:
    """The link under which the enterprise says whether it is put right."""
    notices.tell(
        [recipient],
        "rectification_asked_enterprise",
        key=f"rectification-{reference}",
        facts={**facts(row.referral), "closes_at": closes_at.isoformat()},
        path=links.notice_path(reference),
        now=now,
    )


def unsettled(row: Rectification, *, now: datetime) -> None:
    _tell(leads(row.case.station), "rectification_unsettled_desk", row, now=now)


def taken_back(row: Rectification, *, now: datetime) -> None:
    """Only the enterprise itself amends what it answered; it is told where."""
    _asker(row, "rectification_taken_back_enterprise", reverse("followup:own", args=[row.answer.follow_up_id]), now=now)


def closed(row: Rectification, *, now: datetime) -> None:
    _asker(row, "rectification_closed_enterprise", row.case.get_absolute_url(), now=now)
    if row.handed_at:
        _tell(people.members(row.referral), "rectification_closed_provider", row, now=now)


def appealed(appeal: Appeal, *, now: datetime) -> None:
    _about(appeal, people.officers(appeal.referral), "appeal_lodged_officer", appeal.get_absolute_url(), now=now)


def decided(appeal: Appeal, *, now: datetime) -> None:
    """Both sides, with the reason."""
    referral = appeal.referral
    rating = reverse("rectification:rating", args=[appeal.rating_id])
    _about(appeal, people.members(referral), "appeal_decided_provider", rating, now=now)
    if asker := followup.who(referral.case):
        _send([asker], "appeal_decided_enterprise", _of(appeal), referral.case.get_absolute_url(), appeal, now=now)


def _about(appeal: Appeal, users: Iterable[User], event: str, path: str, *, now: datetime) -> None:
    _send([Recipient(user=user) for user in users], event, _of(appeal), path, appeal, now=now)


def _send(whom: list[Recipient], event: str, said: dict[str, str], path: str, appeal: Appeal, *, now: datetime) -> None:
    notices.tell(whom, event, key=f"{event}-{appeal.pk}", facts=said, path=path, now=now)


def _of(appeal: Appeal) -> dict[str, str]:
    due = {"due_at": appeal.due_at.isoformat()} if appeal.due_at else {}
    return {**facts(appeal.referral), "note": appeal.decision or appeal.reason, "decision": appeal.state, **due}


def _tell(
    users: Iterable[User], event: str, row: Rectification, *, now: datetime, more: dict[str, str] | None = None
) -> None:
    whom = [Recipient(user=user) for user in users]
    _owe(whom, event, row, row.get_absolute_url(), now=now, more=more)


def _asker(row: Rectification, event: str, path: str, *, now: datetime) -> None:
    asker = followup.who(row.case)
    _owe([asker] if asker else [], event, row, path, now=now)


def _owe(
    whom: list[Recipient],
    event: str,
    row: Rectification,
    path: str,
    *,
    now: datetime,
    more: dict[str, str] | None = None,
    send_at: datetime | None = None,
) -> None:
    due = {"due_at": row.due_at.isoformat()} if row.due_at else {}
    said = {**facts(row.referral), "outcome": row.outcome, "note": row.reason, **due, **(more or {})}
    notices.tell(whom, event, key=f"{event}-{row.pk}-{row.version}", facts=said, path=path, now=now, send_at=send_at)


def facts(referral: Referral) -> dict[str, str]:
    return {"number": referral.case.number, **followup.service(referral)}
