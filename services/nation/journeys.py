"""Cases from the first word to the last answer, as far as each has come by now.

Time runs forward through the whole journey; a step that would lie ahead has not been taken, and what the case waits
for then stands on its clocks. Rows of one case follow from its number, those of one chunk are written together.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from services.cases.models import Audience, Channel, Urgency, Verb
from services.cases.states import CaseState, NeedState
from services.clocks.names import ClockName, Waiting
from services.nation import derived
from services.nation.chance import one_of, random_of, skewed, weighed
from services.nation.clocks import Counting
from services.nation.hours import instant, written
from services.nation.people import person_of, specialist
from services.nation.pool import Item
from services.nation.story import HOUR, WORKING_DAY, Story, World
from services.nation.streams import Sheets, flag
from services.nation.words import WORDS, need_text, terms, vector

COLUMNS = {
    "cases_case": (
        "id, number, station_id, enterprise_id, submitter_id, channel, recorder_id, contact_name, contact_phone, "
        "contact_email, text, product, wanted_on, ordered_item, ordered_answers, state, version, urgency, owner_id, "
        "merged_into_id, referred_to, due_at, due_clock, submitted_at, closed_at, search"
    ),
    "cases_need": (
        "id, case_id, position, board_id, item_id, item_version, description, answers, urgency, state, version, "
        "reason, due_at, promised_on, created_at, settled_at"
    ),
    "cases_caseevent": (
        "id, case_id, need_id, referral_id, verb, audience, person_id, rule, from_state, to_state, note, at"
    ),
    "triage_decision": "id, case_id, suggestion, boards, items, urgency, out_of_scope, agreed, by_id, at",
    "cases_informationrequest": "id, case_id, questions, asked_by_id, asked_at, answer, answered_by_id, answered_at",
}
CHUNK = 1000
"""Cases made together."""
NEEDS, EVENTS = 4, 128
"""At most so many of each to a case: their numbers are reckoned from its own."""
GROWTH = 0.85
"""Below one: more cases come each month."""
CHANNELS = (
    (Channel.WEB, 0.52),
    (Channel.PHONE, 0.16),
    (Channel.COUNTER, 0.16),
    (Channel.MINI_PROGRAM, 0.12),
    (Channel.VISIT, 0.04),
)
RECORDED = {Channel.PHONE, Channel.COUNTER, Channel.VISIT}
URGENCIES = ((Urgency.NORMAL, 0.8), (Urgency.LOW, 0.06), (Urgency.HIGH, 0.1), (Urgency.URGENT, 0.04))
SPLIT = ((1, 0.8), (2, 0.14), (3, 0.045), (4, 0.015))
C, N, K = CaseState, NeedState, ClockName
SETTLE = "followup.settle/1"


Serve = Callable[[Story, int, Item, int], tuple[str, int | None]]
"""Looks for an institution for a need (its number, its item, since when): its state, and when that was settled."""


class Journeys:
    def __init__(self, world: World, serve: Serve) -> None:
        self.world, self.serve = world, serve
        self.plan, self.hours = world.pool.plan, world.hours

    def write(self, sheets: Sheets, numbers: range) -> None:
        rng = random_of(self.plan.seed, "cases", numbers.start)
        lines = [line for number in numbers for line in self._case(sheets, number, rng)]
        lines.sort(key=lambda line: line[0])
        for place, (at, *line) in enumerate(lines):
            sheets.add("cases_caseevent", numbers.start * EVENTS + place, *line, written(at))

    def _case(self, sheets: Sheets, number: int, rng: Random) -> list[tuple[Any, ...]]:
        sent = self._sent(number, rng)
        firm = self.world.firms.get(1 + skewed(rng, self.plan.firms))
        channel = weighed(rng, CHANNELS)
        speaker = person_of(self.plan, firm.number)
        if speaker is None and channel not in RECORDED:
            channel = Channel.PHONE
        station = self.world.places.station_for(firm.place, rng)
        person = specialist(station, rng)
        story = Story(self.world, sheets, rng, number, firm, station, speaker, person, weighed(rng, URGENCIES))
        item = self.world.pool.asked_for(rng)
        recorder = person if channel in RECORDED else None
        verb = Verb.RECORDED if recorder else Verb.SUBMITTED
        story.say(sent, verb, Audience.ENTERPRISE, recorder or speaker, to=C.SUBMITTED)
        self._desk(story, item, sent, recorded=recorder is not None)
        self._row(story, item, sent, (channel, recorder))
        return story.lines

    def _sent(self, number: int, rng: Random) -> int:
        """Later numbers are later; a fifth comes in the evening."""
        share = ((number - rng.random()) / self.plan.cases) ** GROWTH
        at = self.hours.at(int((self.hours.total - 1) * share))
        evening = at + 6 * HOUR + rng.randrange(3 * HOUR)
        return evening if rng.random() < 0.2 and evening < self.hours.now else at

    def _desk(self, story: Story, item: Item, sent: int, *, recorded: bool) -> None:
        """What the desk makes of it: taken, asked about, passed on, or triaged into needs."""
        taken = story.later(sent, 240)
        ready = story.later(taken, 400)
        if taken <= self.hours.now:
            story.owner = story.specialist
            story.say(taken, Verb.TAKEN, Audience.ENTERPRISE, story.owner)
        triage = story.counting(K.TRIAGE, sent)
        if ready > self.hours.now:
            if not recorded:
                story.count(story.counting(K.FIRST_CONTACT, sent))
            story.count(triage)
            return
        if story.rng.random() < 0.12:
            ready = self._asked(story, ready, triage)
        if ready > self.hours.now:
            return
        if story.rng.random() < 0.05:
            self._passed_on(story, ready)
        else:
            self._triaged(story, item, ready)

    def _asked(self, story: Story, at: int, triage: Counting) -> int:
        """Questions go to the enterprise; returns when the desk has the answer and gets round to it."""
        answered = story.later(at, 2 * WORKING_DAY)
        said = WORDS["questions"]
        story.say(at, Verb.ASKED, Audience.ENTERPRISE, story.owner, origin=C.SUBMITTED, to=C.RETURNED, note=said)
        row = (story.number, story.number, WORDS["questions"], story.owner, written(at))
        turns: tuple[tuple[int, str], ...] = ((at, Waiting.RETURNED.value),)
        if answered > self.hours.now:
            story.sheets.add("cases_informationrequest", *row, "", None, None)
            story.state = C.RETURNED
            story.count(replace(triage, turns=turns))
            story.count(story.counting(K.SUPPLEMENT, at))
            return answered
        story.sheets.add("cases_informationrequest", *row, WORDS["answer"], story.voice, written(answered))
        said = WORDS["answer"]
        story.say(
            answered, Verb.ANSWERED, Audience.ENTERPRISE, story.voice, origin=C.RETURNED, to=C.SUBMITTED, note=said
        )
        ready = story.later(answered, 200)
        if ready > self.hours.now:
            story.count(replace(triage, turns=(*turns, (answered, ""))))
        return ready

    def _passed_on(self, story: Story, at: int) -> None:
        story.state = C.REFERRED_OUT if story.rng.random() < 0.6 else C.WITHDRAWN
        verb = Verb.REFERRED_OUT if story.state == C.REFERRED_OUT else Verb.WITHDRAWN
        story.say(at, verb, Audience.ENTERPRISE, story.owner, origin=C.SUBMITTED, to=story.state)

    def _triaged(self, story: Story, item: Item, at: int) -> None:
        story.say(at, Verb.TRIAGED, Audience.ENTERPRISE, story.owner, origin=C.SUBMITTED, to=C.IN_SERVICE)
        others = [self.world.pool.asked_for(story.rng) for _more in range(1, weighed(story.rng, SPLIT))]
        wanted = [item, *others]
        self._decided(story, wanted, at)
        settled = [self._need(story, (position, one, at)) for position, one in enumerate(wanted, start=1)]
        waiting = [state for state, when in settled if when is None]
        if waiting:
            confirming = all(state == N.AWAITING_CONFIRMATION for state in waiting)
            story.state = C.AWAITING_CONFIRMATION if confirming else C.IN_SERVICE
            return
        story.closed = max(when for _state, when in settled if when is not None)
        story.state = C.CLOSED
        story.dues.clear()
        story.say(story.closed, Verb.CLOSED, Audience.ENTERPRISE, story.voice, to=C.CLOSED)
        self._settled(story)

    def _decided(self, story: Story, wanted: list[Item], at: int) -> None:
        """The decision beside the suggestion, which is learnt from; one in six was another than suggested."""
        boards = json.dumps(sorted({item.board for item in wanted}))
        items = json.dumps([item.code for item in wanted])
        row = (story.number, story.number, "{}", boards, items, story.urgency, "", flag(story.rng.random() < 5 / 6))
        story.sheets.add("triage_decision", *row, story.owner, written(at))

    def _settled(self, story: Story) -> None:
        """Once every answer is in, or given up, the case has been followed up."""
        over = [when for when in story.asked if when is not None]
        if story.closed is not None and over and len(over) == len(story.asked):
            story.state = C.FOLLOWED_UP
            at = max(story.closed, *over)
            story.say(
                at, Verb.MOVED, Audience.INTERNAL, None, rule="followup.settle/1", origin=C.CLOSED, to=story.state
            )

    def _need(self, story: Story, wanted: tuple[int, Item, int]) -> tuple[str, int | None]:
        position, item, at = wanted
        number = (story.number - 1) * NEEDS + position
        before = len(story.dues)
        state, settled = self.serve(story, number, item, at)
        due = story.dues[-1][0] if state == N.SEEKING and len(story.dues) > before else None
        story.sheets.add(
            "cases_need",
            number,
            story.number,
            position,
            item.board,
            item.code,
            item.version,
            "",
            "{}",
            story.urgency,
            state,
            3,
            WORDS["unmet"] if state == N.UNMET else "",
            written(due),
            None,
            written(at),
            written(settled),
        )
        return state, settled

    def _row(self, story: Story, item: Item, sent: int, came: tuple[str, int | None]) -> None:
        channel, recorder = came
        day = instant(sent).astimezone(self.hours.calendar.zone)
        number = f"QS-{day:%Y%m%d}-{derived.running(story.number):05d}"
        product = one_of(story.rng, WORDS["trades"][story.firm.trade]["products"], 1.5)
        text = need_text(story.rng, item.code, item.name, product)
        due, clock = min(story.dues, default=(None, ""))
        named = number.lower().split("-")
        search = vector((named, "A"), (terms(text), "B"), (terms(product), "C"), (terms(story.firm.name), "C"))
        story.sheets.add(
            "cases_case",
            story.number,
            number,
            story.station,
            story.firm.number,
            story.speaker if recorder is None else None,
            channel,
            recorder,
            WORDS["person"],
            "",
            f"firm{story.firm.number}@example.invalid" if recorder else "",
            text,
            product,
            None,
            "",
            "{}",
            story.state,
            1 + len(story.lines) // 2,
            story.urgency,
            story.owner,
            None,
            WORDS["referred"] if story.state == C.REFERRED_OUT else "",
            written(due),
            clock,
            written(sent),
            written(story.closed),
            search,
        )
