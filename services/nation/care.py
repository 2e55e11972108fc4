"""What follows an unhappy answer: the call back, the institution's turn, and the question whether it is put right."""

from dataclasses import dataclass, replace

from services.cases.models import Audience, Verb
from services.clocks.names import ClockName
from services.nation.clocks import Counting
from services.nation.hours import instant, written
from services.nation.people import caller
from services.nation.service import Work
from services.nation.story import WORKING_DAY, Story
from services.nation.words import WORDS
from services.rectification.states import CallOutcome, Outcome, RectificationState, Verdict

COLUMNS = {
    "rectification_rectification": (
        "id, answer_id, case_id, referral_id, rating_id, state, stood, version, due_at, outcome, reason, opened_at, "
        "handed_at, closed_at, closed_by_id"
    ),
    "rectification_callback": "id, rectification_id, round_id, outcome, note, by_id, at",
    "rectification_round": (
        "id, rectification_id, number, text, words, opened_by_id, opened_at, cause, measures, done_on, replied_by_id, "
        "replied_at, late, verdict, said, judged_by_id, judged_at"
    ),
}
S, K = RectificationState, ClockName
MISUNDERSTOOD = 0.25
OPEN = "rectification.open/1"


@dataclass(frozen=True)
class Care:
    """One unhappy answer; its number is that of its follow-up. ``rates`` says whether it made a rating."""

    number: int
    work: Work
    rates: bool
    opened: int
    caller: int
    state: str = S.OPENED
    clock: str = K.CALL_BACK
    since: int = 0
    outcome: str = ""
    handed: int | None = None
    replied: int | None = None
    closed: int | None = None


def open_one(story: Story, work: Work, answer: tuple[int, int, bool]) -> None:
    """:param answer: the number of the follow-up, when it was answered, and whether it rates."""
    number, at, rates = answer
    one = Care(number, work, rates, at, caller(story.station), since=at)
    verb, audience = Verb.RECTIFICATION_OPENED, Audience.ENTERPRISE
    story.say(at, verb, audience, None, rule=OPEN, need=work.need, referral=work.number)
    if at < work.cared_until:
        one = replace(one, state=S.CLOSED, outcome=Outcome.JOINED, closed=at)
    else:
        one = _called(story, one)
        work.cared_until = one.closed or story.now + 1
    _rows(story, one)


def _called(story: Story, one: Care) -> Care:
    at, now = story.later(one.opened, 250), story.now
    misunderstood = story.rng.random() < MISUNDERSTOOD
    if at > now:
        return one
    said = CallOutcome.MISUNDERSTANDING if misunderstood else CallOutcome.CONFIRMED
    story.sheets.add("rectification_callback", 2 * one.number, one.number, None, said, "", one.caller, written(at))
    _say(story, one, Verb.CALLED_BACK, Audience.INTERNAL, at)
    if misunderstood:
        return _over(story, one, Outcome.MISUNDERSTANDING, at)
    one = replace(one, state=S.CALLED_BACK, clock=K.RECTIFICATION, since=at, handed=at)
    replied = story.later(at, 2 * WORKING_DAY)
    if replied > now:
        return one
    story.say(
        replied,
        Verb.RECTIFICATION_REPLIED,
        Audience.PROVIDER,
        one.work.person,
        need=one.work.need,
        referral=one.work.number,
    )
    one = replace(one, state=S.REPLIED, clock=K.CALL_BACK, since=replied, replied=replied)
    asked = story.later(replied, 300)
    return one if asked > now else _over(story, one, Outcome.SATISFIED, asked)


def _over(story: Story, one: Care, outcome: str, at: int) -> Care:
    _say(story, one, Verb.RECTIFICATION_CLOSED, Audience.ENTERPRISE, at)
    return replace(one, state=S.CLOSED, outcome=outcome, closed=at)


def _say(story: Story, one: Care, verb: str, audience: str, at: int) -> None:
    story.say(at, verb, audience, one.caller, need=one.work.need, referral=one.work.number)


def _rows(story: Story, one: Care) -> None:
    due: int | None = None
    if one.closed is None:
        terms = story.world.clocks.terms(one.clock)
        due = story.tick(Counting("referral", one.work.number, one.clock, terms, one.since))
    story.sheets.add(
        "rectification_rectification",
        one.number,
        one.number,
        story.number,
        one.work.number,
        one.work.number if one.rates else None,
        one.state,
        "",
        1,
        written(due),
        one.outcome,
        "",
        written(one.opened),
        written(one.handed),
        written(one.closed),
        one.caller if one.closed and one.outcome != Outcome.JOINED else None,
    )
    if one.handed is not None:
        _round(story, one)


def _round(story: Story, one: Care) -> None:
    handed = (one.number, one.number, 1, WORDS["disputed"], "", one.caller, written(one.handed))
    if one.replied is None:
        story.sheets.add("rectification_round", *handed, "", "", None, None, None, "f", "", "", None, None)
        return
    day = instant(one.replied).astimezone(story.world.hours.calendar.zone).date()
    replied = (WORDS["disputed"], WORDS["reworked"], day, one.work.person, written(one.replied), "f")
    judged = (Verdict.SATISFIED, "", one.caller, written(one.closed)) if one.closed else ("", "", None, None)
    story.sheets.add("rectification_round", *handed, *replied, *judged)
    if one.closed:
        call = (2 * one.number + 1, one.number, one.number, CallOutcome.ANSWERED, "", one.caller)
        story.sheets.add("rectification_callback", *call, written(one.closed))
