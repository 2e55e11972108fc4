"""The suggestion as the desk reads it: names instead of codes, each with the words and decisions that spoke for it."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core import signing
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal import words
from services.cases.models import Case, Urgency
from services.catalogue.models import Board, ServiceItem
from services.triage import answers
from services.triage.doors import Door, known
from services.triage.models import Decision
from services.triage.suggestion.loading import current
from services.triage.suggestion.results import Evidence, Scored, Suggestion

BOARDS_SHOWN, ITEMS_SHOWN, WORDS_SHOWN = 3, 5, 4
SALT = "triage.suggestion"
DECISION, WORD = "decision", "word"
WORTH_SAYING = 0.3
FACTS = {
    "what_is_wanted": _("What exactly is wanted"),
    "product": _("Which product or industry it is about"),
}


@dataclass(frozen=True)
class Hint:
    """One thing suggested. ``words`` were typed by the enterprise, ``decisions`` are what people decided before."""

    code: str
    name: str
    words: tuple[str, ...]
    decisions: tuple[str, ...]
    board: Board | None = None


@dataclass(frozen=True)
class Advice:
    boards: list[Hint]
    items: list[Hint]
    urgency: Hint
    door: Hint | None
    missing: tuple[str, ...]
    text: SafeString
    snapshot: dict[str, Any]

    @property
    def token(self) -> str:
        """The suggestion as it was shown, signed, to come back with the decision."""
        return signing.dumps(self.snapshot, salt=SALT, compress=True)


def read(case: Case, *, today: date) -> Advice:
    """What is suggested for what was said. Two queries, for the names."""
    return told(suggest(case.text, product=case.product, today=today), case.text)


def suggest(text: str, *, product: str = "", today: date | None = None) -> Suggestion:
    """Empty while the catalogue offers nothing."""
    suggester = current(Decision.objects.examples)
    if suggester is None:
        return Suggestion((), (), None, Scored(Urgency.NORMAL, 0.0))
    return suggester.suggest(text, industry=product, today=today)


def told(suggestion: Suggestion, text: str) -> Advice:
    suggestion = _readable(suggestion, text)
    boards = Board.objects.in_bulk([row.code for row in _shown(suggestion.boards, BOARDS_SHOWN)])
    items = ServiceItem.objects.offered().select_related("board")
    items_by_code = items.in_bulk([row.code for row in _shown(suggestion.items, ITEMS_SHOWN)])
    board_hints = [
        _hint(row, boards[row.code].name, boards[row.code])
        for row in _shown(suggestion.boards, BOARDS_SHOWN)
        if row.code in boards
    ]
    item_hints = [
        _hint(row, items_by_code[row.code].name, items_by_code[row.code].board)
        for row in _shown(suggestion.items, ITEMS_SHOWN)
        if row.code in items_by_code
    ]
    door = suggestion.out_of_scope
    return Advice(
        boards=board_hints,
        items=item_hints,
        urgency=_hint(suggestion.urgency, str(Urgency(suggestion.urgency.code).label)),
        door=_hint(door, str(known(door.code).label), code=known(door.code)) if door else None,
        missing=_facts(suggestion, items_by_code),
        text=marked(text, _speaking(suggestion)),
        snapshot=snapshot(suggestion),
    )


def snapshot(suggestion: Suggestion) -> dict[str, Any]:
    """What is kept beside the decision."""
    door = suggestion.out_of_scope
    return {
        "boards": [_kept(row) for row in suggestion.boards[:BOARDS_SHOWN]],
        "items": [_kept(row) for row in suggestion.items[:ITEMS_SHOWN]],
        "urgency": suggestion.urgency.code,
        "out_of_scope": _kept(door) if door else None,
    }


def of(case: Case, *, today: date) -> dict[str, Any]:
    """The suggestion as it is kept, worked out now."""
    return snapshot(suggest(case.text, product=case.product, today=today))


def shown_before(token: str, case: Case, *, today: date) -> dict[str, Any]:
    """The suggestion that came back with a form; worked out again where the form brought none of ours."""
    try:
        kept: dict[str, Any] = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return of(case, today=today)
    return kept


def marked(text: str, evidence: Iterable[Evidence]) -> SafeString:
    """The text with the words that spoke for something marked; everything escaped."""
    parts: list[str] = []
    at = 0
    for start, end in _spans(evidence, len(text)):
        parts += [text[at:start], format_html("<mark>{}</mark>", text[start:end])]
        at = end
    parts.append(text[at:])
    return format_html_join("", "{}", ((part,) for part in parts))


def _spans(evidence: Iterable[Evidence], length: int) -> list[tuple[int, int]]:
    """Places in the text in order, overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    places = {(one.start, one.end) for one in evidence if one.start is not None and one.end is not None}
    for start, end in sorted(places):
        if not 0 <= start < end - 1 < length:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _speaking(suggestion: Suggestion) -> list[Evidence]:
    rows = [*_shown(suggestion.boards, 2), *_shown(suggestion.items, ITEMS_SHOWN), suggestion.urgency]
    rows += [suggestion.out_of_scope] if suggestion.out_of_scope else []
    return [one for row in rows for one in row.evidence]


def _facts(suggestion: Suggestion, items: Mapping[str, ServiceItem]) -> tuple[str, ...]:
    """What is missing in words: general facts, and questions of the likeliest item."""
    first = items.get(suggestion.items[0].code) if suggestion.items else None
    asked = {question["key"]: answers.said(question, "label") for question in (first.intake_questions if first else ())}
    return tuple(str(asked.get(key) or FACTS.get(key, key)) for key in suggestion.missing)


def _shown(rows: Iterable[Scored], most: int) -> list[Scored]:
    """The first few that anything spoke for: the second board of a case may have a small share and still be right."""
    return [row for row in rows if row.evidence][:most]


def _readable(suggestion: Suggestion, text: str) -> Suggestion:
    """The suggestion with only those reasons that a person would call one."""
    whole = frozenset(words.tokens(text))
    return replace(
        suggestion,
        boards=tuple(_reasoned(row, whole) for row in suggestion.boards),
        items=tuple(_reasoned(row, whole) for row in suggestion.items),
    )


def _reasoned(row: Scored, whole: AbstractSet[str]) -> Scored:
    """Phrases of the catalogue, past decisions and whole words; of the words those that weigh something beside the
    heaviest reason. The heaviest alone where nothing else is left.
    """
    most = max((one.weight for one in row.evidence), default=0)
    kept = [
        one
        for one in row.evidence
        if one.kind != WORD or (one.weight >= most * WORTH_SAYING and one.text.lower() in whole)
    ]
    return replace(row, evidence=tuple(kept) or row.evidence[:1])


def _hint(row: Scored, name: str, board: Board | None = None, *, code: str | Door = "") -> Hint:
    heaviest = sorted(row.evidence, key=lambda one: -one.weight)
    spoken = dict.fromkeys(one.text for one in heaviest if one.kind != DECISION and len(one.text) > 1)
    decisions = dict.fromkeys(one.text for one in heaviest if one.kind == DECISION and one.text)
    return Hint(
        code=str(code or row.code),
        name=name,
        words=tuple(spoken)[:WORDS_SHOWN],
        decisions=tuple(decisions)[:2],
        board=board,
    )


def _kept(row: Scored) -> dict[str, Any]:
    return {"code": row.code, "score": round(row.score, 4)}
