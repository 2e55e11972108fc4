"""Answers the cases of a file, each by itself, so that anybody can check the score without a database.

What the score does not need is not asked for: a vote may lack its channel, and an enterprise that is null is one that
nobody knows, whose votes all count. An enterprise is named by a text or a whole number. A vote through a channel that
is nobody's answer (silence, automatic confirmation, staff or the institution itself) is read like any other and then
left out; every other channel counts.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from experts import scores
from experts.models import Grade
from experts.scores import Vote

DIGITS = 4
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NO_ANSWER = frozenset(
    {"silence", "auto", "automatic", "auto_confirm", "auto_confirmation", "staff", "institution", "provider"}
)
UNKNOWN = dict.fromkeys(("n_counted", "weight_sum", "shrunken_mean", "response_rate", "public", "error"))


class BadCase(ValueError):
    """The case makes no sense; says why."""


def answers(data: Any) -> list[dict[str, Any]]:
    """One answer per case, in order; a case that makes no sense has its error and spoils no other.

    :raises ValueError: when there are no cases to answer
    """
    if not isinstance(data, list):
        raise ValueError("The file must be a list of cases.")
    return [_answer(case) for case in data]


def _answer(case: Any) -> dict[str, Any]:
    answer = {"id": case.get("id") if isinstance(case, Mapping) else None, **UNKNOWN}
    try:
        return answer | _evaluated(case)
    except BadCase as fault:
        return answer | {"error": str(fault)}


def _evaluated(case: Any) -> dict[str, Any]:
    if not isinstance(case, Mapping):
        raise BadCase("A case must be an object.")
    as_of = _day(case, "as_of")
    mean = _mean(case)
    asked, answered = _count(case, "asked"), _count(case, "answered")
    if answered > asked:
        raise BadCase("answered must not be above asked.")
    got = scores.score(_votes(case), mean=mean, as_of=as_of, asked=asked, answered=answered)
    return {
        "n_counted": got.n,
        "weight_sum": round(got.weights, DIGITS),
        "shrunken_mean": round(got.value, DIGITS),
        "response_rate": round(answered / asked, DIGITS) if asked else None,
        "public": got.is_public,
    }


def _votes(case: Mapping[str, Any]) -> list[Vote]:
    votes = _given(case, "votes")
    if not isinstance(votes, list):
        raise BadCase("votes must be a list.")
    read = [(_vote(each), each.get("channel")) for each in votes]
    return [vote for vote, channel in read if channel not in NO_ANSWER]


def _vote(data: Any) -> Vote:
    if not isinstance(data, Mapping):
        raise BadCase("A vote must be an object.")
    grade, enterprise, channel = _given(data, "score"), _given(data, "enterprise"), data.get("channel")
    if not _whole(grade) or grade not in Grade.values:
        raise BadCase("score must be a whole number from 1 to 5.")
    if enterprise is not None and not isinstance(enterprise, str) and not _whole(enterprise):
        raise BadCase("enterprise must be a text, a whole number or null.")
    if channel is not None and not isinstance(channel, str):
        raise BadCase("channel must be a text.")
    return Vote(enterprise, grade, _day(data, "date"))


def _given(data: Mapping[str, Any], name: str) -> Any:
    if name not in data:
        raise BadCase(f"{name} is missing.")
    return data[name]


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _count(case: Mapping[str, Any], name: str) -> int:
    value = _given(case, name)
    if not _whole(value) or not 0 <= value <= 10**9:
        raise BadCase(f"{name} must be a whole number, not negative and not beyond measure.")
    return int(value)


def _mean(case: Mapping[str, Any]) -> float:
    value = _given(case, "board_mean")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 5:
        raise BadCase("board_mean must be a number from 1 to 5.")
    return float(value)


def _day(data: Mapping[str, Any], name: str) -> date:
    value = _given(data, name)
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise BadCase(f"{name} must be a date like 2026-01-31.")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise BadCase(f"{name} must be a date like 2026-01-31.") from error
