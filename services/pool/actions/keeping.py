"""What keeps the pool true: credentials renewed, checked, suspended; profiles confirmed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from experts import credentials
from experts.credentials import Claim
from experts.models import Credential, Expert, Institution
from portal.accounts.models import User
from portal.files import actions as files
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from portal.transactions import as_one
from services.pool import effects, telling
from services.routing import rules


@as_one
def claim(
    institution: Institution,
    said: Claim,
    *,
    upload: UploadedFile | None,
    by: User,
    now: datetime,
    renews: Credential | None = None,
) -> Credential:
    """A credential the institution holds, or renews. It counts once a curator has checked it."""
    attachment = files.store(upload, by=by) if upload is not None else None
    credential = credentials.claim(institution, replace(said, attachment=attachment), renews=renews)
    recipients = [Recipient(user=user, language=user.language) for user in telling.curators()]
    notices.tell(
        recipients,
        "credential_claimed",
        key=f"credential-{credential.pk}-claimed",
        facts=facts_of(credential),
        path=reverse("pool:credential", args=[credential.pk]),
        now=now,
    )
    return credential


@as_one
def step(
    credential: Credential, verb: str, *, by: User, now: datetime, on: date | None = None, reason: str = ""
) -> None:
    """One of check, validate, suspend, restore, withdraw; the institution is told of all but the first."""
    day, today = on or localdate(now), localdate(now)
    if verb == "check":
        credentials.check(credential, by=by, now=now)
        return
    before = effects.carried([credential.institution_id], today)
    if verb == "validate":
        credentials.validate(credential, by=by, now=now)
    elif verb == "suspend":
        credentials.suspend(credential, since=day, reason=reason, by=by, now=now)
    elif verb == "restore":
        credentials.restore(credential, on=day, reason=reason, by=by, now=now)
    else:
        credentials.withdraw(credential, on=day, reason=reason, by=by, now=now)
    after = effects.carried([credential.institution_id], today)
    more, less = (after, before) if verb in {"validate", "restore"} else (before, after)
    people = telling.people_of([credential.institution_id]).get(credential.institution_id, [])
    notices.tell(
        people,
        "credential_decided",
        key=f"credential-{credential.pk}-{verb}-{now.isoformat()}",
        facts={
            **facts_of(credential),
            **effects.difference(more, less, credential.institution_id),
            "verb": verb,
            "reason": reason,
        },
        path=reverse("pool:mine"),
        now=now,
    )


def confirm(institution: Institution, *, now: datetime) -> None:
    """“Still right”: the profile was read by its institution."""
    institution.confirmed_at = now
    institution.save(update_fields=["confirmed_at"])


def describe(institution: Institution, columns: dict[str, Any], *, now: datetime) -> None:
    """What an institution may say about itself without asking; doing so confirms the rest."""
    for name, value in {**columns, "confirmed_at": now}.items():
        setattr(institution, name, value)
    institution.save(update_fields=[*columns, "confirmed_at"])


def describe_expert(expert: Expert, columns: dict[str, Any], *, now: datetime) -> None:
    """What an expert may say about themselves without asking; doing so confirms the rest."""
    for name, value in {**columns, "confirmed_at": now}.items():
        setattr(expert, name, value)
    expert.save(update_fields=[*columns, "confirmed_at"])


def stale_before(now: datetime) -> datetime:
    """Profiles confirmed before this moment are stale, by the rules that matching trusts them less by."""
    return now - timedelta(days=rules.in_force(localdate(now)).stale_after)


def facts_of(credential: Credential) -> dict[str, str]:
    kind, institution = credential.type, credential.institution
    return {
        "type_zh": kind.name_zh,
        "type_en": kind.name_en,
        "number": credential.number,
        "name_zh": institution.name_zh,
        "name_en": institution.name_en or institution.name_zh,
    }
