"""Give an attachment back: as a download, never as a page. Whether this reader may have it was decided before."""

import logging
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from portal.files import storage
from portal.files.models import Attachment

logger = logging.getLogger(__name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def download(attachment: Attachment) -> HttpResponseBase:
    """The bytes themselves, or with ``ACCEL_PREFIX`` the word to the web server that stands before us to send them.

    :raises Http404: the file is gone or is not the one that was stored; both are logged as errors.
    """
    _check_intact(attachment)
    if settings.ACCEL_PREFIX:
        response: HttpResponseBase = HttpResponse(content_type=attachment.content_type)
        response["X-Accel-Redirect"] = f"{settings.ACCEL_PREFIX.rstrip('/')}/{quote(str(attachment.file.name))}"
        response["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=attachment.display_name
        )
    else:
        response = FileResponse(
            attachment.file.open("rb"),
            as_attachment=True,
            filename=attachment.display_name,
            content_type=attachment.content_type,
        )
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _check_intact(attachment: Attachment) -> None:
    try:
        with attachment.file.open("rb") as file:
            intact = storage.sha256(file) == attachment.sha256
    except FileNotFoundError:
        intact = False
    if not intact:
        logger.error("Attachment %s: its file is missing or was changed", attachment.pk)
        raise Http404
