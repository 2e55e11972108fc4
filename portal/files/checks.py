"""May this file come in? Its ending and its content must both be on one short list, and agree."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from portal.files import contents, names

ZIP = "application/zip"
OOXML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Kind:
    """One format that is taken: what its first bytes may look like (nothing for text), and the closer look."""

    content_type: str
    magic: frozenset[str]
    look: Callable[[BinaryIO, str], None]


def _kind(content_type: str, look: Callable[[BinaryIO, str], None], *magic: str) -> Kind:
    return Kind(content_type, frozenset(magic or (content_type,)), look)


# No HEIC: a telephone that finds it missing here sends a JPEG of its own accord, and everybody can open that.
KINDS: dict[str, Kind] = {
    "pdf": _kind("application/pdf", contents.pdf),
    "png": _kind("image/png", contents.image),
    "jpg": _kind("image/jpeg", contents.image),
    "jpeg": _kind("image/jpeg", contents.image),
    "webp": _kind("image/webp", contents.image),
    "docx": _kind(f"{OOXML}.wordprocessingml.document", contents.office, ZIP, f"{OOXML}.wordprocessingml.document"),
    "xlsx": _kind(f"{OOXML}.spreadsheetml.sheet", contents.office, ZIP, f"{OOXML}.spreadsheetml.sheet"),
    "pptx": _kind(f"{OOXML}.presentationml.presentation", contents.office, ZIP, f"{OOXML}.presentationml.presentation"),
    "doc": _kind("application/msword", contents.old_office),
    "xls": _kind("application/vnd.ms-excel", contents.old_office),
    "csv": Kind("text/csv", frozenset(), contents.text),
    "txt": Kind("text/plain", frozenset(), contents.text),
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)


@dataclass(frozen=True)
class Checked:
    """What an upload turned out to be."""

    content_type: str
    extension: str
    display_name: str


def check(upload: UploadedFile) -> Checked:
    """:raises ValidationError: with the file's name and the reason; nothing is stored."""
    name = names.clean(upload.name or "")
    ending = names.extension(name)
    try:
        _check_size(upload.size or 0)
        kind = _kind_of(ending)
        _check_content(upload, ending, kind)
    except contents.Refused as refused:
        raise ValidationError(
            _("“%(name)s”: %(reason)s"), code="refused", params={"name": name, "reason": refused.sentence}
        ) from None
    finally:
        upload.seek(0)
    return Checked(kind.content_type, ending, name)


def _check_size(size: int) -> None:
    if not size:
        raise contents.Refused(_("The file is empty."))
    if size > settings.ATTACHMENT_LIMIT_BYTES:
        limit = filesizeformat(settings.ATTACHMENT_LIMIT_BYTES)
        raise contents.Refused(_("The file is too large; up to %(limit)s are taken.") % {"limit": limit})


def _kind_of(ending: str) -> Kind:
    if ending not in KINDS:
        raise contents.Refused(
            _("Files of this kind are not taken. Please send PDF, pictures, Word, Excel, PowerPoint, CSV or text.")
        )
    return KINDS[ending]


def _check_content(upload: UploadedFile, ending: str, kind: Kind) -> None:
    upload.seek(0)
    guessed = filetype.guess_mime(upload.read(contents.HEAD))
    if kind.magic and kind.look is not contents.old_office and guessed not in kind.magic:
        raise contents.Refused(contents.OTHER_CONTENT)
    if not kind.magic and guessed is not None:
        raise contents.Refused(contents.OTHER_CONTENT)
    upload.seek(0)
    kind.look(cast("BinaryIO", upload.file), ending)
