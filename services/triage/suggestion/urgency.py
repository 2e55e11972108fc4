"""Urgency from facts (rule R19): danger, a stopped line, goods held, a date set by law or contract and how near it is.

Tone counts for nothing. Words come from `urgency.json`; this module only reads dates and weighs what was found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from services.triage.suggestion.lexicon import Cue, Lexicon, terms_of
from services.triage.suggestion.results import Evidence, Scored
from services.triage.suggestion.text import Reader, Text

LOW, NORMAL, HIGH, URGENT = "low", "normal", "high", "urgent"
RANK = {LOW: 0, NORMAL: 1, HIGH: 2, URGENT: 3}
CERTAINTY = {LOW: 0.7, NORMAL: 0.6, HIGH: 0.75, URGENT: 0.85}
URGENT_DAYS, HIGH_DAYS, NEAR_MONTHS_DAYS = 5, 45, 100

DIGITS = {"半": 0.5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
UNITS = {
    "小时": 1 / 24, "天": 1, "日": 1, "工作日": 1.4, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365,
    "hour": 1 / 24, "day": 1, "working day": 1.4, "week": 7, "month": 30, "year": 365,
}  # fmt: skip
NUMBER = r"(?P<n>\d{1,3}|[半一两二三四五六七八九十]{1,3})"
UNIT = r"(?P<u>小时|个工作日|工作日|天|日|周|个?星期|个?礼拜|个月)"
AFTER = "之内|以内|内|后(?:就|要|开|到|截|必须)|之后到期|答复期|就(?:到期|要|截|交)"
AFTER_TOO = "到期|截止|期限|必须|要交|要答|答辩|可以(?:说|提|异议)"
BEFORE = "还有|还剩|只剩|仅剩|剩下?|不到|不足|限期?|限我们|给了?|只有|只给|就剩|期限(?:是|为)?|最多|最晚|宽限"
NUMBER_EN = r"(?P<n>\d{1,3}|a|an|one|two|three|four|five|six|seven|ten)"
UNIT_EN = r"(?P<u>hour|working day|day|week|month)s?"
BEFORE_EN = r"(?:within|in|only|just|have|got|another|next|the)\s+(?:the\s+)?(?:next\s+)?"
AFTER_EN = r"(?:left|to go|to answer|to reply|to object|remain\w*|from now|deadline|until)"
PERIODS = (
    rf"{NUMBER}\s*{UNIT}(?:{AFTER}|{AFTER_TOO})",
    rf"(?:{BEFORE})\s*{NUMBER}\s*{UNIT}",
    rf"{BEFORE_EN}{NUMBER_EN}\s+(?:more\s+)?{UNIT_EN}(?!\s*(?:ago|old|hire|of hire|warranty))",
    rf"{NUMBER_EN}\s+{UNIT_EN}\s+{AFTER_EN}",
)
PAST = re.compile(r"(已经?|停了|等了|拖了|过了|用了?|干了|跑了|坏了|每|近|前|最近|连续|保质期?|质保|保修)\s*$")
MONTH_DAY = re.compile(
    r"(?:(?P<m>\d{1,2})\s*月\s*(?:(?P<d>\d{1,2})\s*[日号]?|底|初|中旬|份)?|(?:这个?月|本月|下个?月)?\s*(?P<only>\d{1,2})\s*[号日])"
    r"\s*(?P<by>之?前|截止|到期|开标|要|就|交|答辩|开庭|来|必须|报名|审核|验厂)"
)


@dataclass(frozen=True, slots=True)
class Found:
    level: str
    reason: str
    start: int
    end: int
    kind: str = "date"


def amount(words: str) -> float:
    if words.isdigit():
        return float(words)
    if words in WORDS:
        return WORDS[words]
    if "十" in words and len(words) > 1:
        tens, _, ones = words.partition("十")
        return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)
    return DIGITS.get(words, 1)


def level_of(days: float) -> str:
    if days <= URGENT_DAYS:
        return URGENT
    return HIGH if days <= HIGH_DAYS else NORMAL


def lapses(raw: str) -> Iterable[Found]:
    """Periods that run towards something: “within ten days”, “还剩三天”."""
    for pattern in PERIODS:
        for match in re.finditer(pattern, raw, re.IGNORECASE):
            if PAST.search(raw[: match.start()]):
                continue
            unit = match["u"].lower()
            unit = unit if unit in UNITS else unit.removeprefix("个")
            yield Found(level_of(amount(match["n"].lower()) * UNITS[unit]), "deadline", match.start(), match.end())


def calendar_dates(raw: str, today: date | None) -> Iterable[Found]:
    """Days of the calendar named as an end; without `today` a named day counts as near."""
    for match in MONTH_DAY.finditer(raw):
        if today is None or not match["m"]:
            yield Found(HIGH, "deadline", match.start(), match.end())
            continue
        due = next_date(today, int(match["m"]), int(match["d"] or 28))
        if due is not None:
            yield Found(level_of((due - today).days), "deadline", match.start(), match.end())


def next_date(today: date, month: int, day: int) -> date | None:
    try:
        due = date(today.year, month, min(day, 28))
    except ValueError:
        return None
    if due < today - timedelta(days=NEAR_MONTHS_DAYS):
        return due.replace(year=today.year + 1)
    return due


class UrgencyRules:
    """Facts from the word list (codes `level:reason`) and dates; the gravest decides, “low” only if there is none."""

    def __init__(self, reader: Reader, concepts: dict[str, list[str]], cues: Iterable[Cue]) -> None:
        cues = tuple(cues)
        used = {term.removeprefix("@") for cue in cues for term in terms_of(cue)}
        self.lexicon = Lexicon(reader, {name: phrases for name, phrases in concepts.items() if name in used}, cues)

    def judge(self, text: Text, *, today: date | None = None) -> Scored:
        found = [*lapses(text.raw), *calendar_dates(text.raw, today)]
        for fired in self.lexicon.fire(self.lexicon.trie.find(text)):
            level, _, reason = fired.code.partition(":")
            start, _, _ = text.words(*fired.spans[0])
            _, end, _ = text.words(*fired.spans[-1])
            kind = "date" if reason == "deadline" else "cue"
            found.append(Found(level, reason, start, end, kind))
        grave = [one for one in found if RANK[one.level] > RANK[NORMAL]]
        level = max((one.level for one in grave), key=RANK.__getitem__, default=NORMAL)
        if not grave and any(one.level == LOW for one in found):
            level = LOW
        speaking = [one for one in found if one.level == level] or [one for one in found if one.kind == "date"]
        return Scored(level, CERTAINTY[level], tuple(quote(text, one) for one in speaking[:3]))


def quote(text: Text, one: Found) -> Evidence:
    return Evidence(one.kind, text.raw[one.start : one.end], one.start, one.end, 1.0)
