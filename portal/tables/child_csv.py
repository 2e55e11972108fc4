"""The child that reads a CSV file."""

import csv
import io
import sys
from collections.abc import Iterator

from portal.tables import child, texts
from portal.tables.cells import restore


def lines() -> Iterator[child.Line]:
    text = texts.decode(sys.stdin.buffer.read())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=texts.delimiter(text))
    number = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise child.Refused("too_long", reader.line_num) from None
        yield number, [restore(cell.strip(" ")) for cell in cells]
        number = reader.line_num + 1


if __name__ == "__main__":
    child.main(lines)
