"""What is really in a file. Each look takes an open file and raises :class:`Refused` with a sentence for its sender."""

import codecs
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

HEAD = 4096
CHUNK = 64 * 1024

MAX_IMAGE_PIXELS = 60_000_000
UNPACKED_LIMIT = 50 * 1024 * 1024
RATIO_LIMIT = 100
OOXML_ENTRIES = {"docx": 200, "xlsx": 200, "pptx": 1000}
OOXML_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
OLE_HEADER = bytes.fromhex("d0cf11e0a1b11ae1")
OLE_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
IMAGE_FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}

ACTIVE = re.compile(
    rb"<!doctype|<html|<head|<body|<script|<svg|<iframe|<\?xml|<\?php|^mime-version:|\nmime-version:|^#!", re.IGNORECASE
)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

OTHER_CONTENT = _("The content is not what the ending of the name says. Please save the file again.")
DAMAGED = _("The file is damaged or incomplete.")
TOO_BIG_UNPACKED = _("The file becomes too large when it is unpacked.")


class Refused(Exception):
    """Not taken; the sentence says why."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def image(file: BinaryIO, ending: str) -> None:
    """Readable, of a bearable size in pixels, and nothing hung on at the end."""
    try:
        with Image.open(file, formats=[IMAGE_FORMATS[ending]]) as picture:
            if picture.width * picture.height > MAX_IMAGE_PIXELS:
                raise Refused(_("The picture has too many pixels. Please make it smaller."))
            picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_("The picture has too many pixels. Please make it smaller.")) from None
    except UnidentifiedImageError:
        raise Refused(OTHER_CONTENT) from None
    except (OSError, SyntaxError, ValueError, struct.error):
        raise Refused(DAMAGED) from None
    _no_archive_inside(file)


def pdf(file: BinaryIO, ending: str) -> None:
    """Begins and ends as a PDF, and is not an archive at the same time."""
    size = file.seek(0, 2)
    file.seek(max(0, size - HEAD))
    if b"%%EOF" not in file.read():
        raise Refused(DAMAGED)
    _no_archive_inside(file)


def office(file: BinaryIO, ending: str) -> None:
    """A docx, xlsx or pptx: read from its table of contents only, nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        raise Refused(DAMAGED) from None
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith(OOXML_FOLDERS[ending]) for name in names):
        raise Refused(OTHER_CONTENT)
    if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
        raise Refused(DAMAGED)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(_("The file contains macros. Please save it without them."))
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > OOXML_ENTRIES[ending] or unpacked > UNPACKED_LIMIT or unpacked > RATIO_LIMIT * max(packed, 1):
        raise Refused(TOO_BIG_UNPACKED)


def old_office(file: BinaryIO, ending: str) -> None:
    """A doc or xls, told from other files of the same container by the name of its main stream."""
    content = file.read()
    streams = [name.encode("utf-16-le") + b"\0\0" for name in OLE_STREAMS[ending]]
    if not content.startswith(OLE_HEADER) or not any(stream in content for stream in streams):
        raise Refused(OTHER_CONTENT)


def text(file: BinaryIO, ending: str) -> None:
    """Readable as UTF-8, GB18030 or UTF-16 with a mark, without control characters; no page or program in disguise."""
    head = file.read(HEAD)
    encodings = [name for bom, name in BOMS if head.startswith(bom)] or ["utf-8", "gb18030"]
    if encodings == ["utf-16"]:
        head = head.decode("utf-16", "replace").encode()
    if ACTIVE.search(head.removeprefix(codecs.BOM_UTF8).lstrip()):
        raise Refused(_("Web pages and programs are not taken, whatever their name."))
    if not any(_reads_as(file, encoding) for encoding in encodings):
        raise Refused(_("This is no readable text. Please save it as UTF-8."))


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        parts = (decoder.decode(chunk, final=not chunk) for chunk in _chunks(file))
        return not any(UNPRINTABLE.search(part) for part in parts)
    except UnicodeError:
        return False


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The content in pieces, and an empty one at the end, for the decoder to say that something is cut off."""
    while chunk := file.read(CHUNK):
        yield chunk
    yield b""


def _no_archive_inside(file: BinaryIO) -> None:
    """Picture or paper in front, archive behind: two programs would read two different files."""
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise Refused(_("The file holds an archive behind its visible content."))
