"""Finding, keeping and ending a draft. A cookie of its own outlives the session, so that signing out or timing out
loses nothing.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from portal import words
from portal.accounts.models import User, digest
from portal.files import actions as files
from portal.files.models import Attachment
from portal.kept import kept
from services.intake.models import Draft, DraftFile

COOKIE = "__Host-draft" if settings.PRODUCTION else "draft"
KEPT = timedelta(days=30)
HOUR, PER_HOUR = timedelta(hours=1), 2000  # of one network, so that nobody fills the table
FIELDS = ("text", "product", "contact_name", "contact", "wanted_on", "enterprise", "item", "sharing")
LONGEST = 5000


def of(request: HttpRequest) -> Draft | None:
    """The draft of whoever asks, the newer one of the person's and the browser's: what was typed before signing in,
    or after a session ended in the middle of a sentence, comes along.
    """
    key = request.COOKIES.get(COOKIE, "")
    of_browser = Draft.objects.filter(key_digest=digest(key), user=None).first() if key else None
    if not request.user.is_authenticated:
        return of_browser
    own = next(iter(_own(user=request.user)), None)
    if own is None or (of_browser and of_browser.updated_at > own.updated_at):
        return of_browser or own
    return own


@kept
def _own(*, user: User) -> QuerySet[Draft]:
    return Draft.objects.filter(user=user)


def keep(request: HttpRequest, typed: Mapping[str, Any]) -> tuple[Draft, str]:
    """Store what was typed; returns the draft and the key for a new cookie, "" where none is needed."""
    data = {name: str(typed[name])[:LONGEST] for name in FIELDS if typed.get(name)}
    draft = of(request)
    if draft:
        if request.user.is_authenticated and draft.user_id is None:
            _adopt(draft, request.user)
        draft.data = data
        draft.save(update_fields=["user", "data", "updated_at"])
        return draft, ""
    if request.user.is_authenticated:
        return Draft.objects.create(user=request.user, data=data), ""
    key = secrets.token_urlsafe(24)
    return Draft.objects.create(key_digest=digest(key), data=data), key


def _adopt(draft: Draft, user: User) -> None:
    """The browser's draft takes the place of the person's older one, whose files come along."""
    older = Draft.objects.filter(user=user).first()
    if older:
        older.files.update(draft=draft)
        older.delete()
    draft.user = user


def keep_files(draft: Draft, uploads: Iterable[UploadedFile]) -> None:
    """Store files beside the draft, so that a form sent again need not bring them again."""
    for upload in uploads:
        DraftFile.objects.create(draft=draft, attachment=files.store(upload, by=draft.user))


def drop_files(draft: Draft | None, attachments: Iterable[str]) -> None:
    """Take back files that were kept, by the numbers of their attachments."""
    wanted = [pk for typed in attachments if (pk := words.whole(typed))]
    if draft and wanted:
        _forget(draft.files.filter(attachment__in=wanted))


def attachments(draft: Draft | None) -> list[Attachment]:
    """The files kept so far."""
    return [each.attachment for each in draft.files.select_related("attachment")] if draft else []


def end(draft: Draft | None) -> None:
    """Forget the draft; its files now belong to a case."""
    if draft:
        draft.delete()


def purge(*, now: datetime) -> int:
    """Delete drafts that nobody touched for 30 days, with their files."""
    old = Draft.objects.filter(updated_at__lt=now - KEPT)
    _forget(DraftFile.objects.filter(draft__in=old))
    gone, _by_model = old.delete()
    return gone


def _forget(rows: QuerySet[DraftFile]) -> None:
    """The rows of the attachments go; what is stored of them goes with the sweep of files without a row."""
    Attachment.objects.filter(pk__in=rows.values("attachment")).delete()


def set_cookie(response: HttpResponse, key: str) -> HttpResponse:
    """Give the browser the key of its draft."""
    if key:
        response.set_cookie(
            COOKIE, key, max_age=int(KEPT.total_seconds()), secure=settings.PRODUCTION, httponly=True, samesite="Lax"
        )
    return response
