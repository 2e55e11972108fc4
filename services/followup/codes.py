"""The link as a picture that a phone reads: drawn by ``followup/_code.html``, without styles, so that the content
security policy lets it pass.
"""

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET_ZONE = 4


@dataclass(frozen=True)
class Code:
    """A QR code of ``size`` by ``size`` modules, and the outline of its dark ones as the data of an SVG path."""

    size: int
    outline: str


def of(address: str) -> Code:
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=QUIET_ZONE)]
    return Code(len(rows), "".join(_row(line, row) for line, row in enumerate(rows)))


def _row(line: int, row: list[int]) -> str:
    """Neighbours are drawn as one: seams between them would show on screens."""
    drawn, at = "", 0
    for dark, run in groupby(row):
        width = len(list(run))
        drawn += f"M{at} {line}h{width}v1h-{width}z" if dark else ""
        at += width
    return drawn
