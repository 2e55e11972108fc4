"""What runs alone, with little memory and little time: reads a table from stdin, writes its lines to stdout as JSON.

Nothing of the portal is set up here: whatever the file does to its reader, it does it to this process. Each ending has
a module that is started, so that a CSV file does not wait for what opens workbooks.
"""

import json
import resource
import sys
import warnings
from collections.abc import Callable, Iterator

from portal.tables import texts

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
MOST_LINES = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000

Line = tuple[int, list[str]]


class Refused(Exception):
    """A word for why, and at which line."""

    def __init__(self, word: str, line: int = 0) -> None:
        self.word, self.line = word, line
        super().__init__(word)


def main(lines: Callable[[], Iterator[Line]]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("ignore")
    try:
        for line in _bounded(lines()):
            _say(line)
    except Refused as refused:
        _refuse(refused.word, refused.line)
    except texts.Unreadable as unreadable:
        _refuse("encoding", unreadable.line)
    except MemoryError:
        _refuse("limits")
    except Exception:  # whatever a damaged workbook raises, it was read here so that it harms nobody
        _refuse("damaged")


def _refuse(word: str, line: int = 0) -> None:
    _say({"refused": word, "line": line})


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def _bounded(lines: Iterator[Line]) -> Iterator[Line]:
    """Lines that say something, no wider, longer or more than can be worked on."""
    for count, (number, cells) in enumerate(line for line in lines if any(line[1])):
        if count > MOST_LINES:
            raise Refused("too_many", number)
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise Refused("too_wide", number)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Refused("too_long", number)
        yield number, cells
