"""Finding, keeping and ending a draft. A cookie of its own outlives the session, so that signing out or timing out
loses nothing.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from portal.accounts.models import digest
from portal.files import actions as files
from portal.files.models import Attachment
from services.intake.models import Draft, DraftFile

COOKIE = "__Host-draft" if settings.PRODUCTION else "draft"
KEPT = timedelta(days=30)
FIELDS = ("text", "product", "contact_name", "contact", "wanted_on", "item")


def of(request: HttpRequest) -> Draft | None:
    """The draft of whoever asks: by person, else by browser; one begun before signing in comes along."""
    key = request.COOKIES.get(COOKIE, "")
    by_key = Draft.objects.filter(key_digest=digest(key)).first() if key else None
    if not request.user.is_authenticated:
        return by_key if by_key is None or by_key.user_id is None else None
    own = Draft.objects.filter(user=request.user).first()
    if own is None and by_key is not None and by_key.user_id is None:
        by_key.user = request.user
        by_key.save(update_fields=["user"])
        return by_key
    return own


def keep(request: HttpRequest, typed: dict[str, Any]) -> tuple[Draft, str]:
    """Store what was typed; returns the draft and the key for a new cookie, "" where none is needed."""
    data = {name: str(typed.get(name, ""))[:5000] for name in FIELDS if typed.get(name)}
    draft = of(request)
    if draft:
        draft.data = data
        draft.save(update_fields=["data", "updated_at"])
        return draft, ""
    if request.user.is_authenticated:
        return Draft.objects.create(user=request.user, data=data), ""
    key = secrets.token_urlsafe(24)
    return Draft.objects.create(key_digest=digest(key), data=data), key


def keep_files(draft: Draft, uploads: Iterable[UploadedFile]) -> None:
    """Store files beside the draft, so that a form sent again need not bring them again."""
    for upload in uploads:
        DraftFile.objects.create(draft=draft, attachment=files.store(upload, by=draft.user))


def attachments(draft: Draft | None) -> list[Attachment]:
    """The files kept so far."""
    return [kept.attachment for kept in draft.files.select_related("attachment")] if draft else []


def end(draft: Draft | None) -> None:
    """Forget the draft; its files now belong to a case."""
    if draft:
        draft.delete()


def purge(*, now: datetime) -> int:
    """Delete drafts that nobody touched for 30 days."""
    gone, _ = Draft.objects.filter(updated_at__lt=now - KEPT).delete()
    return gone


def set_cookie(response: HttpResponse, key: str) -> HttpResponse:
    """Give the browser the key of its draft."""
    if key:
        response.set_cookie(
            COOKIE, key, max_age=int(KEPT.total_seconds()), secure=settings.PRODUCTION, httponly=True, samesite="Lax"
        )
    return response
