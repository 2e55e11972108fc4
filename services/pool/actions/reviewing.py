"""What a curator does: note findings, ask back, decline, accept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.accounts.models import User
from portal.refusals import Conflict, Unprocessable
from portal.transactions import as_one
from services.pool.actions import door, taking_in
from services.pool.actions.door import StaleApplication
from services.pool.models import Application, HeldCredential, OfferedItem, PointCheck, ReviewPoint
from services.pool.states import ApplicationState

S, Verb = ApplicationState, door.Verb


class ReviewUnfinished(Unprocessable):
    title = _("The review is not finished")
    detail = _("Every point, every service and every credential needs a decision before the application is accepted.")


class InThePoolAlready(Conflict):
    title = _("This institution is in the pool already")
    detail = _("An institution with the same credit code or name exists. Decline, or correct the application first.")


@dataclass(frozen=True)
class Finding:
    """One answer of the checklist, or one decision about a line, with what there is to say about it."""

    answer: str
    note: str = ""


@dataclass(frozen=True)
class Review:
    """What a curator has found so far: by code of the point, by id of the service and of the credential."""

    points: Mapping[str, Finding] = field(default_factory=dict)
    items: Mapping[int, Finding] = field(default_factory=dict)
    credentials: Mapping[int, Finding] = field(default_factory=dict)


@as_one
def note(application: Application, review: Review, *, by: User, now: datetime) -> None:
    """Keep what was found so far; nothing is decided by it."""
    door.lock(application)
    if application.state != S.SUBMITTED:
        raise StaleApplication(extra={"state": application.state})
    PointCheck.objects.bulk_create(
        [
            PointCheck(application=application, point_id=code, answer=each.answer, note=each.note, by=by, at=now)
            for code, each in review.points.items()
        ],
        update_conflicts=True,
        unique_fields=["application", "point"],
        update_fields=["answer", "note", "by", "at"],
    )
    _decide(list(application.items.all()), OfferedItem, review.items)
    _decide(list(application.credentials.all()), HeldCredential, review.credentials)


def _decide(rows: list[Any], model: type[OfferedItem] | type[HeldCredential], found: Mapping[int, Finding]) -> None:
    for row in rows:
        if row.pk in found:
            row.decision, row.reason = found[row.pk].answer, found[row.pk].note
    model._default_manager.bulk_update(rows, ["decision", "reason"])


def ask_back(application: Application, *, questions: str, by: User, now: datetime) -> Application:
    """The applicant is asked; the clock stands still until the answer comes."""
    return door.move(application, S.RETURNED, verb=Verb.ASKED, by=by, now=now, note=questions)


def decline(application: Application, *, reason: str, by: User, now: datetime) -> Application:
    return door.move(
        application, S.DECLINED, verb=Verb.DECLINED, by=by, now=now, note=reason, decided_by=by, decided_at=now
    )


@as_one
def accept(
    application: Application, *, by: User, now: datetime, standing: str = Institution.Standing.ACTIVE, note: str = ""
) -> Application:
    """Take the applicant in: institution, people, credentials and capabilities, or expert, or instrument, at once.

    :raises StaleApplication: somebody else has decided.
    :raises ReviewUnfinished: with what is still open.
    :raises InThePoolAlready: the same credit code or name is there.
    """
    door.lock(application)
    if application.state != S.SUBMITTED:
        raise StaleApplication(extra={"state": application.state})
    if undone := unfinished(application):
        raise ReviewUnfinished(extra={"missing": undone})
    if application.is_provider and taking_in.is_known(application):
        raise InThePoolAlready
    made = taking_in.take_in(application, standing=standing, by=by, now=now)
    return door.move(
        application, S.ACCEPTED, verb=Verb.ACCEPTED, by=by, now=now, note=note, decided_by=by, decided_at=now, **made
    )


def unfinished(application: Application) -> list[str]:
    """What stands between the review and an acceptance, in words."""
    answers = dict(application.checks.exclude(answer="").values_list("point", "answer"))
    points = list(ReviewPoint.objects.of(application))
    found = [said("Not looked at yet: %(point)s") % {"point": each.name} for each in points if each.pk not in answers]
    found += [said("Not in order: %(point)s") % {"point": each.name} for each in points if answers.get(each.pk) == "no"]
    if not application.is_provider:
        return found
    items = list(application.items.all())
    if open_lines := sum(not row.decision for row in items) + application.credentials.filter(decision="").count():
        found.append(said("Services and credentials without a decision: %(count)d") % {"count": open_lines})
    if items and all(row.decision == OfferedItem.Decision.REFUSED for row in items):
        found.append(said("No service is approved: decline the application instead."))
    return found
