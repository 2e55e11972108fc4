"""Add to the audit trail, in the transaction of what is recorded: no entry, no change."""

from typing import Any

from django.db.models import Model

from portal.accounts.models import User
from portal.audit.models import AuditEntry, subject_of


def record(
    user: User | None,
    verb: str,
    subject: Model | str,
    detail: dict[str, Any] | None = None,
    address: str | None = None,
) -> AuditEntry:
    """Somebody did, or looked at, something.

    :param user: None for an anonymous visitor or the system itself.
    :param subject: a row, kept as ``label:pk`` (``case:17``), or such a name.
    :param detail: names of fields, counts, states; never personal data.
    """
    actor = user if user is not None and user.is_authenticated else None
    return AuditEntry.objects.create(
        user=actor, verb=verb, subject=subject_of(subject), detail=detail or {}, address=address
    )
