"""The answers to an item's questions, with the words of the questions: ``{% for label, value in need|given_answers
%}``.
"""

from typing import Any

from django.template import Library
from django.utils.translation import get_language

from services.cases.models import Need

register = Library()


@register.filter
def given_answers(need: Need) -> list[tuple[str, str]]:
    """(question, answer) in the order the item asks them; unanswered questions are left out."""
    tongue = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return [
        (question[f"label_{tongue}"], _words(question, need.answers[question["key"]], tongue))
        for question in need.item.intake_questions
        if need.answers.get(question["key"]) not in (None, "", [])
    ]


def _words(question: dict[str, Any], value: Any, tongue: str) -> str:
    choices = {choice["key"]: choice[f"label_{tongue}"] for choice in question.get("choices", ())}
    values = value if isinstance(value, list) else [value]
    return " · ".join(_one(choices, one) for one in values)


def _one(choices: dict[str, str], value: Any) -> str:
    if isinstance(value, dict):
        return " / ".join(str(cell) for cell in value.values() if cell not in (None, ""))
    return choices.get(value, str(value))
