"""Small files of every kind: good ones by their ending, and the tricks of which uploads are made."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
FOLDERS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def picture(kind: str, size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def office(kind: str, **more: bytes) -> bytes:
    entries = {"[Content_Types].xml": b"<Types/>", FOLDERS[kind]: b"<document/>"}
    return archive({**entries, **{name.replace("__", "/"): content for name, content in more.items()}})


def old_office(stream: str) -> bytes:
    return OLE + bytes(1016) + stream.encode("utf-16-le") + bytes(512)


def pixel_flood(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


GOOD: dict[str, bytes] = {
    "报告.pdf": PDF,
    "铭牌.png": picture("PNG"),
    "photo.jpg": picture("JPEG"),
    "photo.JPEG": picture("JPEG"),
    "photo.webp": picture("WEBP"),
    "letter.docx": office("docx"),
    "仪器清单.xlsx": office("xlsx"),
    "slides.pptx": office("pptx", **{f"ppt__media__{each}.png": b"x" for each in range(400)}),
    "old.doc": old_office("WordDocument"),
    "old.xls": old_office("Workbook"),
    "older.xls": old_office("Book"),
    "list.csv": "名称,数量\n卡尺,3\n".encode(),
    "gbk.csv": "名称,数量\n卡尺,3\n".encode("gb18030"),
    "excel.csv": "名称\t数量\n卡尺\t3\n".encode("utf-16"),
    "bom.txt": "\ufeff需求".encode(),
    "note.txt": b"a < b > c, 2 <3\n",
    "long.txt": ("质量" * 40_000).encode(),
}

PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MHTML = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
PROGRAM = b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + bytes(100)
JAR = archive({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0", "A.class": b"\xca\xfe\xba\xbe"})

BAD: dict[str, bytes] = {
    "empty.pdf": b"",
    "page.html": PAGE,
    "page.htm": PAGE,
    "page.xhtml": b"<?xml version='1.0'?>" + PAGE,
    "drawing.svg": SVG,
    "saved.mhtml": MHTML,
    "setup.exe": PROGRAM,
    "run.sh": b"#!/bin/sh\nrm -rf /\n",
    "archive.zip": archive({"a.txt": b"a"}),
    "mail.eml": MHTML,
    "photo.heic": b"\0\0\0\x18ftypheic" + bytes(32),
    "animated.gif": picture("GIF"),
    "noending": PDF,
    ".pdf": b"",
    "page.pdf": PAGE,
    "page.txt": PAGE,
    "spaced.txt": b" \r\n\t" + PAGE,
    "wide.txt": "<html><script>".encode("utf-16"),
    "marked.csv": b"\xef\xbb\xbf<svg onload=alert(1)>",
    "svg.txt": SVG,
    "saved.txt": MHTML,
    "script.txt": b"#!/usr/bin/env python3\nprint(1)\n",
    "php.txt": b"<?php system($_GET[0]);",
    "program.txt": PROGRAM,
    "program.pdf": PROGRAM,
    "picture.pdf": picture("PNG"),
    "paper.png": PDF,
    "png-as.jpg": picture("PNG"),
    "svg-as.png": SVG,
    "half.png": picture("PNG")[:40],
    "cut.pdf": PDF[:-8],
    "flood.png": pixel_flood(20_000, 20_000),
    "big.png": pixel_flood(9_000, 8_000),
    "gifar.jpg": picture("JPEG") + JAR,
    "gifar.png": picture("PNG") + JAR,
    "gifar.pdf": PDF + JAR + b"%%EOF",
    "plain-zip.docx": archive({"a.txt": b"a"}),
    "xlsx-as.docx": office("xlsx"),
    "jar.docx": JAR,
    "half.docx": office("docx")[:60],
    "macro.docx": office("docx", **{"word__vbaProject.bin": b"x"}),
    "slip.docx": archive({"[Content_Types].xml": b"", "word/document.xml": b"", "../../etc/passwd": b"x"}),
    "bomb.xlsx": office("xlsx", xl__sheet=bytes(60 * 1024 * 1024)),
    "dense.xlsx": office("xlsx", xl__sheet=bytes(5 * 1024 * 1024)),
    "many.xlsx": office("xlsx", **{f"xl__{each}": b"x" for each in range(250)}),
    "many.pptx": office("pptx", **{f"ppt__{each}": b"x" for each in range(1200)}),
    "installer.doc": OLE + bytes(2048),
    "doc-as.xls": old_office("WordDocument"),
    "binary.csv": bytes(range(256)) * 4,
    "nul.txt": b"abc\0def",
    "latin.txt": b"caf\xe9 \xff\xff",
}
