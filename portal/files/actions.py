"""Keep an upload: the file first, its row in the transaction. What a failed transaction leaves is swept up later."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.files import storage
from portal.files.checks import check
from portal.files.models import Attachment
from portal.refusals import Unavailable
from portal.transactions import as_one

logger = logging.getLogger(__name__)

ORPHANED_AFTER = timedelta(hours=1)
NAMES_PER_QUERY = 500


class NoSpace(Unavailable):
    status = 507
    title = _("The file could not be kept")
    detail = _("There is no room for files at the moment. Please send the rest without them and add them later.")


@as_one
def store(upload: UploadedFile, *, by: User | None) -> Attachment:
    """Check the upload and keep it.

    :raises ValidationError: the file is not taken.
    :raises NoSpace: the disk is full or not there.
    """
    checked = check(upload)
    sha256, size = storage.sha256(upload), upload.size or 0
    return Attachment.objects.create(
        file=_write(upload),
        display_name=checked.display_name,
        content_type=checked.content_type,
        size=size,
        sha256=sha256,
        uploaded_by=by if by is not None and by.is_authenticated else None,
    )


def sweep_orphans(now: datetime) -> int:
    """Delete files older than an hour that no row knows; the number deleted."""
    deleted = 0
    for names in _batches(storage.stored_before(now - ORPHANED_AFTER)):
        known = set(Attachment.objects.filter(file__in=names).values_list("file", flat=True))
        for name in set(names) - known:
            default_storage.delete(name)
            deleted += 1
    if deleted:
        logger.info("Deleted %s files that belonged to no attachment", deleted)
    return deleted


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, NAMES_PER_QUERY)):
        yield batch


def _write(upload: UploadedFile) -> str:
    name = storage.new_name()
    try:
        return default_storage.save(name, upload)
    except OSError as error:
        logger.exception("An upload of %s bytes could not be written", upload.size)
        default_storage.delete(name)
        raise NoSpace from error
