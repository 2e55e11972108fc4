"""Bytes of a CSV file read as text: UTF-8 with or without its mark, UTF-16, GB18030 and so GBK."""

import codecs

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LOOKED_AT = 1000
DELIMITERS = ",;\t"


class Unreadable(Exception):
    """In none of the encodings; ``line`` is the first that cannot be read."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def decode(content: bytes) -> str:
    """:raises Unreadable: naming the line up to which the best guess came."""
    best = 1
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            best = max(best, _line(content[: error.start], encoding))
        else:
            if "\0" not in text:
                return text
            best = max(best, text[: text.index("\0")].count("\n") + 1)
    raise Unreadable(best)


def delimiter(text: str) -> str:
    """What the first line is divided by."""
    first = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _encodings(content: bytes) -> list[str]:
    marked = [name for mark, name in MARKS if content.startswith(mark)]
    if marked:
        return marked
    head = content[:LOOKED_AT]
    if head.count(0) > len(head) // 8:  # half of each Latin letter of UTF-16 is nothing
        return ["utf-16-le" if 0 in head[1::2] and head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"]
    return ["utf-8", "gb18030"]


def _line(readable: bytes, encoding: str) -> int:
    return readable.decode(encoding, "ignore").count("\n") + 1
