"""What a triage specialist would still have to ask: general facts, then the open questions of the likeliest item."""

from collections.abc import Collection

from services.triage.suggestion.explain import Reading
from services.triage.suggestion.results import ItemRow, Scored

SHORT = 4
MOST_QUESTIONS = 6
WHAT, PRODUCT = "what_is_wanted", "product"


def facts(
    reading: Reading, item: ItemRow | None, industry: str, urgency: Scored, products: Collection[str]
) -> tuple[str, ...]:
    """Codes: `what_is_wanted`, `product`, and keys of the item's questions (the deadline question leads)."""
    found: list[str] = []
    if len(reading.text.units) < SHORT or item is None:
        found.append(WHAT)
    if not industry and not any(name in reading.hits for name in products):
        found.append(PRODUCT)
    if item is None:
        return tuple(found)
    dated = any(evidence.kind == "date" for evidence in urgency.evidence)
    questions = [
        question["key"]
        for question in item.questions
        if question.get("required") and not answered(question, reading.text.raw, dated)
    ]
    if item.deadline_question and not dated:
        questions = [item.deadline_question, *(key for key in questions if key != item.deadline_question)]
    return (*found, *questions[:MOST_QUESTIONS])


def answered(question: dict, raw: str, dated: bool) -> bool:
    """Careful: only what the text shows plainly counts as answered."""
    if question.get("type") == "date":
        return dated
    if question.get("type") == "choice":
        labels = [choice.get(key, "") for choice in question.get("choices", ()) for key in ("label_zh", "label_en")]
        return any(label and label.lower() in raw.lower() for label in labels)
    return False
