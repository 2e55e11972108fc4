"""Bars as inline SVG; colours come from the page's style sheet, lengths from the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

LABEL, BAR, ROW, GAP, FIGURE = 250, 460, 15, 9, 90


@dataclass(frozen=True)
class Group:
    """One row of the chart: its name, and of each series a value or None."""

    name: str
    values: Sequence[float | None]


def bars(groups: Sequence[Group], series: Sequence[str], *, unit: str, mark: float | None = None) -> str:
    """Horizontal bars, one for each series in each group.

    :param mark: where a line is drawn through all of them.
    """
    known = [value for group in groups for value in group.values if value is not None]
    top = max([*known, mark or 0.0], default=0.0) or 1.0
    height = sum(_height(group) for group in groups)
    parts, y = [], 0
    for group in groups:
        parts.append(_group(group, y, top, unit))
        y += _height(group)
    if mark is not None:
        x = LABEL + BAR * mark / top
        parts.append(f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}"/>')
    box = f"0 0 {LABEL + BAR + FIGURE} {height}"
    drawing = f'<svg viewBox="{box}" role="img" aria-label="{escape(", ".join(series))}">{"".join(parts)}</svg>'
    return f"{legend(series)}{drawing}"


def legend(series: Sequence[str]) -> str:
    keys = "".join(f'<li><i class="s{at}"></i>{escape(name)}</li>' for at, name in enumerate(series))
    return f'<ul class="legend">{keys}</ul>'


def _height(group: Group) -> int:
    return ROW * len(group.values) + GAP


def _group(group: Group, y: int, top: float, unit: str) -> str:
    middle = y + ROW * len(group.values) / 2 + 4
    parts = [f'<text class="name" x="{LABEL - 10}" y="{middle:.0f}">{escape(group.name)}</text>']
    for at, value in enumerate(group.values):
        line = y + ROW * at
        if value is None:
            parts.append(f'<text class="figure" x="{LABEL}" y="{line + 11}">–</text>')
            continue
        width = BAR * value / top
        parts.append(f'<rect class="s{at}" x="{LABEL}" y="{line + 1}" width="{width:.1f}" height="{ROW - 3}"/>')
        parts.append(
            f'<text class="figure" x="{LABEL + width + 5:.1f}" y="{line + 11}">{value:.3g}{escape(unit)}</text>'
        )
    return "".join(parts)
