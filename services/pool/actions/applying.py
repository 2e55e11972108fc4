"""What an applicant does: begin, describe, offer, add papers, send, answer, withdraw."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from enterprises.models import Membership
from experts.credentials import Claim
from experts.models import Expert, Institution
from portal import refusals
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.files import actions as files
from portal.files.models import Attachment
from portal.reference.models import Region
from portal.refusals import Conflict, Unprocessable
from portal.transactions import as_one
from services.catalogue.models import ServiceItem
from services.pool import missing
from services.pool.actions import door
from services.pool.actions.door import StaleApplication
from services.pool.models import Application, ApplicationPaper, HeldCredential, OfferedItem
from services.pool.states import ApplicationState

Kind, Verb = Application.Kind, door.Verb
PAPERS_PER_APPLICATION = 30

refusals.constraint("offered_item_once", _("This service is in your list already; change it there."))
refusals.constraint("held_once", _("This credential is in your list already: same kind, number and first day."))


class NotForThisAccount(Conflict):
    title = _("This account has another task")


class Incomplete(Unprocessable):
    title = _("Something is missing yet")
    detail = _("Please complete what the last step lists, then send.")


class EnoughPapers(Unprocessable):
    detail = _("There are 30 papers already. Remove one, or put several into one file.")


@dataclass(frozen=True)
class Offer:
    """One service as the applicant would offer it."""

    item: ServiceItem
    fee: str
    price: str
    promised_working_days: int | None
    scope_note: str
    regions: Sequence[Region] = ()


def start(user: User, kind: str, *, now: datetime) -> Application:
    """Begin an application, or go on with the open one of that kind. A curator enters one for somebody else.

    :raises NotForThisAccount: the account speaks for somebody already.
    """
    entered = user.role == Role.CURATOR
    owner = None if entered else _check_account(user, kind)
    known = Application.objects.open().filter(applicant=user, kind=kind, entered=False)
    if not entered and kind != Kind.EQUIPMENT and (found := known.first()):
        return found
    try:
        return _open(user, kind, owner, entered=entered, now=now)
    except IntegrityError:  # the same person pressed twice
        return known.get()


@as_one
def _open(user: User, kind: str, owner: Institution | None, *, entered: bool, now: datetime) -> Application:
    contact: dict[str, Any] = {} if entered else {"phone": user.phone or "", "email": user.email or ""}
    if kind == Kind.EXPERT and not entered:
        contact["name"] = user.name
    application = Application.objects.create(kind=kind, applicant=user, owner=owner, entered=entered, **contact)
    door.write(application, Verb.OPENED, by=user, now=now)
    return application


def _check_account(user: User, kind: str) -> Institution | None:
    """The institution that owns the instrument; None for other kinds. One that was removed may apply again.

    :raises NotForThisAccount: one account speaks for one side.
    """
    removed = Institution.Standing.REMOVED
    institution = Institution.objects.of(user).exclude(standing=removed).order_by("pk").first()
    if kind == Kind.EQUIPMENT:
        if institution is None:
            raise NotForThisAccount(_("Instruments are offered by institutions of the pool. Apply as one first."))
        return institution
    if kind == Kind.EXPERT:
        if Expert.objects.filter(user=user).exists():
            raise NotForThisAccount(_("You are one of our experts already."))
    elif institution is not None:
        raise NotForThisAccount(_("This account acts for an institution of the pool already."))
    if user.role == Role.ENTERPRISE and _speaks_for_enterprise(user):
        raise NotForThisAccount(
            _(
                "This account speaks for an enterprise that asks for services. Whoever offers them uses an account of "
                "their own: register a second one with another phone number or mail address."
            )
        )
    return None


def _speaks_for_enterprise(user: User) -> bool:
    return Membership.objects.filter(user=user, state=Membership.State.ACTIVE).exists()


def describe(application: Application, columns: dict[str, Any], details: dict[str, Any]) -> Application:
    """Keep what is said in the first step; it need not be complete."""
    with _editing(application):
        for name, value in columns.items():
            setattr(application, name, value)
        application.details = details
        application.save(update_fields=[*columns, "details"])
    return application


def put_item(application: Application, offer: Offer, *, row: OfferedItem | None = None) -> OfferedItem:
    """Add a service, or say something else of one. What a curator thought of it before no longer counts."""
    with _editing(application):
        row = row or OfferedItem(application=application)
        row.item, row.fee, row.price = offer.item, offer.fee, offer.price
        row.promised_working_days, row.scope_note = offer.promised_working_days, offer.scope_note
        row.decision, row.reason = "", ""
        row.save()
        row.regions.set(offer.regions)
    return row


def put_credential(
    application: Application,
    said: Claim,
    *,
    upload: UploadedFile | None,
    by: User,
    row: HeldCredential | None = None,
) -> HeldCredential:
    """Add a credential with its document, or correct one; a document stays until another is sent."""
    with _editing(application):
        row = row or HeldCredential(application=application)
        row.type, row.number, row.issuer = said.type, said.number, said.issuer
        row.valid_from, row.valid_to = said.valid_from, said.valid_to
        row.scope = [[each.object, each.parameter, each.method, each.range] for each in said.scope]
        replaced = row.attachment if upload is not None else None
        if upload is not None:
            row.attachment = files.store(upload, by=by)
        row.decision, row.reason = "", ""
        row.save()
        if replaced is not None:
            replaced.delete()
    return row


def add_papers(application: Application, uploads: Iterable[UploadedFile], *, by: User) -> list[Attachment]:
    """
    :raises EnoughPapers: beyond thirty.
    """
    with _editing(application):
        stored = [files.store(upload, by=by) for upload in uploads]
        if application.papers.count() + len(stored) > PAPERS_PER_APPLICATION:
            raise EnoughPapers
        ApplicationPaper.objects.bulk_create(
            ApplicationPaper(application=application, attachment=attachment) for attachment in stored
        )
    return stored


def drop(application: Application, row: OfferedItem | HeldCredential | ApplicationPaper) -> None:
    """Take one line out again; a stored document goes with the sweep of files without a row."""
    with _editing(application):
        attachment = getattr(row, "attachment", None)
        row.delete()
        if attachment:
            attachment.delete()


def submit(application: Application, *, by: User, now: datetime, answer: str = "") -> Application:
    """Send it, or send it again with an answer to what was asked.

    :raises Incomplete: something needed is missing.
    """
    if gaps := missing.gaps(application):
        raise Incomplete(extra={"missing": [str(gap.words) for gap in gaps]})
    again = application.state == ApplicationState.RETURNED
    return door.move(
        application,
        ApplicationState.SUBMITTED,
        verb=Verb.ANSWERED if again else Verb.SUBMITTED,
        by=by,
        now=now,
        note=answer,
        submitted_at=application.submitted_at or now,
    )


def withdraw(application: Application, *, by: User, now: datetime, reason: str = "") -> Application:
    return door.move(application, ApplicationState.WITHDRAWN, verb=Verb.WITHDRAWN, by=by, now=now, note=reason)


@contextmanager
def _editing(application: Application) -> Iterator[None]:
    """Hold the application while its applicant changes it.

    :raises StaleApplication: it was sent meanwhile.
    """
    with transaction.atomic():
        door.lock(application)
        if not application.is_editable:
            raise StaleApplication(extra={"state": application.state})
        yield
