"""What is asked after a service, and what comes back: links, calls, answers, ratings."""

import hashlib
from dataclasses import dataclass

from experts.models import Rating
from portal.accounts.models import digest
from services.cases.models import Audience, Verb
from services.clocks.names import ClockName
from services.followup import links
from services.followup.models import FollowUpAttempt
from services.followup.models.answers import NEGATIVE
from services.followup.states import FollowUpState, Kind, Solved
from services.nation import care
from services.nation.chance import one_of, weighed
from services.nation.hours import DAY, instant, minute_of, written
from services.nation.people import caller
from services.nation.service import Work
from services.nation.story import Story
from services.nation.words import WORDS

COLUMNS = {
    "followup_followup": (
        "id, referral_id, case_id, rule, kind, seq, state, due_at, token_digest, closes_at, call_at, attempts, "
        "completed_at, answered_by_id, reason, created_at"
    ),
    "followup_followupattempt": "id, follow_up_id, channel, outcome, note, wished_at, by_id, at",
    "followup_surveyanswer": (
        "id, follow_up_id, grade, contacted, solved, timeliness, attitude, price_clarity, recommend, changed, benefit, "
        "comment, shares_comment, source, by_id, answered_at, amended_at"
    ),
    "experts_asking": "id, referral_ref, institution_id, board, asked_at, answered_at",
    "experts_rating": (
        "id, institution_id, board, referral_ref, enterprise_ref, grade, solved, comment, source, state, "
        "excluded_reason, rated_at, amended_at"
    ),
}
RULES = (
    ("first", Kind.SATISFACTION, ClockName.FOLLOW_UP_FIRST, 0.45),
    ("second", Kind.EFFECT, ClockName.FOLLOW_UP_SECOND, 0.3),
)
"""Rule, kind, clock, and how many answer by the link."""
OPEN_DAYS = 14
CALLS = 3
REACHED = 0.55
GRADES = ((5, 0.46), (4, 0.33), (3, 0.14), (2, 0.05), (1, 0.02))
S, Channel, Outcome = FollowUpState, FollowUpAttempt.Channel, FollowUpAttempt.Outcome


@dataclass
class Asking:
    """One follow-up while it is being made."""

    number: int
    work: Work
    rule: str
    kind: str
    due: int
    state: str = S.SCHEDULED
    closes: int | None = None
    call: int | None = None
    calls: int = 0
    completed: int | None = None
    by: int | None = None
    source: str = Rating.Source.LINK


def follow_up(story: Story, work: Work) -> None:
    """Both questions about a confirmed service."""
    assert work.confirmed is not None
    for place, (rule, kind, clock, share) in enumerate(RULES):
        terms = story.world.clocks.terms(clock, story.urgency, work.item.board, work.item.code)
        if terms.always:
            due = minute_of(story.world.hours.calendar.next_open(instant(work.confirmed + terms.budget)))
        else:
            due = story.world.clocks.due(work.confirmed, terms.budget)
        one = Asking(2 * work.number + place, work, rule, kind, due)
        if due <= story.now:
            _ask(story, one, by_link=story.rng.random() < share)
        story.asked.append(one.completed)
        _row(story, one)


def _ask(story: Story, one: Asking, *, by_link: bool) -> None:
    """The link goes out; whoever does not answer it is called, three times at most."""
    now, rng = story.now, story.rng
    one.state, one.closes = S.DUE, one.due + OPEN_DAYS * DAY
    one.call = minute_of(story.world.hours.calendar.next_open(instant(one.closes)))
    _try(story, one, (Channel.LINK, Outcome.SENT, None), one.due)
    answered = one.due + int(rng.random() ** 2 * (OPEN_DAYS * DAY - 1))
    if by_link and answered <= now:
        one.by = story.speaker
        _end(one, S.COMPLETED, answered)
        rule = {} if one.by else {"rule": "followup.link/1"}
        _said(story, one, Verb.FOLLOWED_UP, Audience.ENTERPRISE, one.by, **rule)
    else:
        _called(story, one)
    if one.kind == Kind.SATISFACTION:
        given = one.completed if one.state == S.COMPLETED else None
        row = (one.work.number, one.work.number, one.work.body.number, one.work.item.board)
        story.sheets.add("experts_asking", *row, written(one.due), written(given))
    if one.completed is not None and one.state == S.COMPLETED and _answer(story, one):
        answer = (one.number, one.completed, one.kind == Kind.SATISFACTION)
        care.open_one(story, one.work, answer)


def _called(story: Story, one: Asking) -> None:
    who = caller(story.station)
    at = one.call or one.due
    for call in range(1, CALLS + 1):
        at = story.later(at, 200 if call == 1 else 500)
        if at > story.now:
            return
        one.calls, one.call = call, at
        if story.rng.random() < REACHED:
            _try(story, one, (Channel.PHONE, Outcome.ANSWERED, who), at)
            one.by, one.source = who, Rating.Source.SPOKEN
            _end(one, S.COMPLETED, at)
            _said(story, one, Verb.FOLLOWED_UP, Audience.INTERNAL, who)
            return
        _try(story, one, (Channel.PHONE, Outcome.NOT_REACHED, who), at)
        one.state = S.ATTEMPTED
    _end(one, S.UNREACHABLE, at)
    _said(story, one, Verb.NOTED, Audience.INTERNAL, who)


def _try(story: Story, one: Asking, how: tuple[str, str, int | None], at: int) -> None:
    channel, outcome, by = how
    number = one.number * (CALLS + 1) + (one.calls if by else 0)
    story.sheets.add("followup_followupattempt", number, one.number, channel, outcome, "", None, by, written(at))


def _end(one: Asking, state: str, at: int) -> None:
    one.state, one.completed = state, at


def _said(story: Story, one: Asking, verb: str, audience: str, by: int | None, **rest: str) -> None:
    assert one.completed is not None
    story.say(one.completed, verb, audience, by, need=one.work.need, referral=one.work.number, **rest)


def _answer(story: Story, one: Asking) -> bool:
    """Whether it is an unhappy one."""
    rng = story.rng
    grade = weighed(rng, GRADES)
    solved = Solved.YES if grade >= 4 else Solved.PARTLY if grade == 3 else Solved.NO
    comment = one_of(rng, WORDS["comments"])
    at, source = written(one.completed), one.source
    row = (one.number, one.number, grade, "t", solved, None, None, None, None, "", None, comment, "f", source)
    story.sheets.add("followup_surveyanswer", *row, one.by, at, None)
    if one.kind == Kind.SATISFACTION:
        known = {Solved.YES: "t", Solved.PARTLY: None, Solved.NO: "f"}[solved]
        work = one.work
        about = (work.number, work.body.number, work.item.board, work.number, story.firm.number)
        story.sheets.add("experts_rating", *about, grade, known, "", source, "counted", "", at, None)
    return grade <= NEGATIVE


def _row(story: Story, one: Asking) -> None:
    story.sheets.add(
        "followup_followup",
        one.number,
        one.work.number,
        story.number,
        one.rule,
        one.kind,
        1,
        one.state,
        written(one.due),
        _digest(one) if one.closes else None,
        written(one.closes),
        written(one.call),
        one.calls,
        written(one.completed),
        one.by if one.state == S.COMPLETED else None,
        "",
        written(one.work.confirmed),
    )


def _digest(one: Asking) -> str:
    """Of the real link where it can still be answered; otherwise of something nobody can open."""
    if one.completed is None:
        return digest(links.token(str(one.number)))
    return hashlib.sha256(f"over {one.number}".encode()).hexdigest()
