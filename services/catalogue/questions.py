"""The questions of an item: what a well-formed list of them looks like."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

TYPES = {"text", "number", "date", "choice", "bool", "file", "table"}


def check_questions(questions: Any) -> None:
    """:raises ValidationError: naming the first question that is not well formed."""
    if not isinstance(questions, list):
        raise ValidationError(_("The questions are a list."))
    keys: set[str] = set()
    for number, question in enumerate(questions, start=1):
        problem = _problem(question, keys)
        if problem:
            raise ValidationError(_("Question %(number)s: %(problem)s") % {"number": number, "problem": problem})
        keys.add(question["key"])


def _problem(question: Any, keys: set[str]) -> str:
    if not isinstance(question, dict):
        return _("it is an object with key, labels and type.")
    missing = [name for name in ("key", "label_zh", "label_en", "type") if not question.get(name)]
    if missing:
        return _("%(fields)s is missing.") % {"fields": ", ".join(missing)}
    told = {
        _("its key is used twice."): question["key"] in keys,
        _("its type is not one of %(types)s.") % {"types": ", ".join(sorted(TYPES))}: question["type"] not in TYPES,
        _("a choice needs its choices."): question["type"] == "choice" and not question.get("choices"),
        _("a table needs its columns."): question["type"] == "table" and not question.get("columns"),
    }
    return next((words for words, wrong in told.items() if wrong), "")
