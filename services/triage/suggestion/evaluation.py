"""How good the suggestion is on labelled texts: reading the list, the figures, and cross-validation.

A text counts as out of scope if `OUT` is among its labels; board, item and urgency figures are over the other texts.
Where the engine says “another door”, that is its first suggestion: for a text that is ours it costs the first place.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from services.triage.suggestion.engine import Suggester
from services.triage.suggestion.ground import OUT
from services.triage.suggestion.results import Example, Suggestion
from services.triage.suggestion.text import Reader

URGENCIES = ("low", "normal", "high", "urgent")
ITEMS_LOOKED_AT = 5
FOLDS = 5
NEAR_COPY = 0.5


class BadList(ValueError):
    """The list cannot be used; the message says which row and why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    row: dict[str, Any]
    suggestion: Suggestion

    @property
    def is_out(self) -> bool:
        return OUT in self.row["boards"]

    @property
    def says_out(self) -> bool:
        return self.suggestion.out_of_scope is not None

    @property
    def boards(self) -> list[str]:
        return [OUT] * self.says_out + [board.code for board in self.suggestion.boards]

    @property
    def items(self) -> list[str]:
        return [item.code for item in self.suggestion.items[:ITEMS_LOOKED_AT]]


def check(rows: Any) -> list[dict[str, Any]]:
    """:raises BadList: naming the first row that is not as described."""
    if not isinstance(rows, list):
        raise BadList("The file must hold a list of labelled texts.")
    if not rows:
        raise BadList("The list is empty.")
    for number, row in enumerate(rows, start=1):
        check_row(number, row)
    return rows


def check_row(number: int, row: Any) -> None:
    if not isinstance(row, dict):
        raise BadList(f"Row {number}: not an object.")
    if not isinstance(row.get("text"), str):
        raise BadList(f"Row {number}: “text” must be a string.")
    for key in ("boards", "items"):
        value = row.setdefault(key, []) if key == "items" else row.get(key)
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise BadList(f"Row {number}: “{key}” must be a list of codes.")
    if not row["boards"]:
        raise BadList(f"Row {number}: “boards” is empty.")
    if row.setdefault("urgency", "normal") not in URGENCIES:
        raise BadList(f"Row {number}: “urgency” must be one of {', '.join(URGENCIES)}.")


def run(suggester: Suggester, rows: Sequence[dict[str, Any]]) -> tuple[list[Outcome], float]:
    """Outcomes and milliseconds per text; the first text is read once before the clock starts."""
    suggester.suggest(rows[0]["text"])
    started = time.perf_counter()
    outcomes = [Outcome(row, suggester.suggest(row["text"])) for row in rows]
    return outcomes, (time.perf_counter() - started) * 1000 / len(rows)


def figures(outcomes: Sequence[Outcome], milliseconds: float) -> dict[str, float | int | None]:
    """The eight figures; None where there is nothing to count."""
    ours = [one for one in outcomes if not one.is_out]
    with_items = [one for one in ours if one.row["items"]]
    said_out = [one for one in outcomes if one.says_out]
    out = [one for one in outcomes if one.is_out]
    return {
        "n": len(outcomes),
        "board_top1": share(ours, lambda one: bool(one.boards) and one.boards[0] in one.row["boards"]),
        "board_top2": share(ours, lambda one: one.row["boards"][0] in one.boards[:2]),
        "item_hit5": share(with_items, lambda one: any(code in one.row["items"] for code in one.items)),
        "out_precision": share(said_out, lambda one: one.is_out),
        "out_recall": share(out, lambda one: one.says_out),
        "urgency_accuracy": share(ours, lambda one: one.suggestion.urgency.code == one.row["urgency"]),
        "ms_per_text": round(milliseconds, 3),
    }


def share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float | None:
    if not outcomes:
        return None
    return round(sum(map(holds, outcomes)) / len(outcomes), 4)


def cross_validate(
    rows: Sequence[dict[str, Any]], build: Callable[[list[Example]], Suggester]
) -> tuple[list[Outcome], float]:
    """Five folds over the rows; near copies of a text stay in one fold, so that none is tested by its twin."""
    outcomes: list[Outcome] = []
    spent = 0.0
    for fold in folds(rows):
        tested = set(fold)
        learnt = [as_example(row) for place, row in enumerate(rows) if place not in tested]
        found, milliseconds = run(build(learnt), [rows[place] for place in fold])
        outcomes += found
        spent += milliseconds * len(found)
    return outcomes, spent / len(rows)


def as_example(row: dict[str, Any]) -> Example:
    return Example(row["text"], tuple(row["boards"]), tuple(row["items"]), row["urgency"], row.get("door", ""))


def folds(rows: Sequence[dict[str, Any]]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(min(FOLDS, len(rows)))]
    for group in near_copies(rows):
        min(found, key=len).extend(group)
    return found


def near_copies(rows: Sequence[dict[str, Any]]) -> list[list[int]]:
    """Groups of rows that share a label and at least half of their character pairs."""
    reader = Reader()
    groups: list[tuple[set[str], set[str], list[int]]] = []
    for place, row in enumerate(rows):
        units = reader.read(row["text"]).units
        pairs = {f"{first} {second}" for first, second in pairwise(units)} or set(units)
        labels = set(row["items"] or row["boards"])
        for known, of, members in groups:
            if of & labels and len(known & pairs) >= NEAR_COPY * max(1, min(len(known), len(pairs))):
                members.append(place)
                known.update(pairs)
                break
        else:
            groups.append((pairs, labels, [place]))
    return [members for _, _, members in groups]
