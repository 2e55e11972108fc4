"""How a need is served: offers until somebody accepts, the work, the result, and what the enterprise says of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.cases.models import Audience, Verb
from services.cases.promises import RUN
from services.cases.states import NEED_OF_REFERRAL, NeedState, ReferralState
from services.clocks.names import ClockName, Waiting
from services.nation.chance import one_of, skewed
from services.nation.clocks import Counting, Terms
from services.nation.hours import instant, written
from services.nation.people import provider
from services.nation.pool import Body, Item
from services.nation.story import WORKING_DAY, Story
from services.nation.streams import flag
from services.nation.words import WORDS

COLUMNS = {
    "cases_referral": (
        "id, case_id, need_id, institution_id, state, version, handler_id, credential_id, fee, plan, price_cny, "
        "decline_reason, reason, due_at, due_clock, offered_at, accepted_at, delivered_at, confirmed_at, "
        "confirmed_automatically, created_at"
    ),
    "cases_result": (
        "id, referral_id, kind, number, summary, issued_on, document_id, credential_id, state, created_by_id, "
        "created_at"
    ),
}
RUNGS = 4
"""Offers of one need at most."""
SILENT = 5
"""Working days after which a result is confirmed by itself."""
YEAR = 366 * 24 * 60
R, N, K = ReferralState, NeedState, ClockName
EXPIRY, SILENCE, LADDER = "routing.expire_unanswered/1", "delivery.confirm_silent/1", "routing.ladder/1"
NOT_TAKEN = ((R.DECLINED, 0.08), (R.EXPIRED, 0.03), (R.RECALLED, 0.01))


@dataclass
class Work:
    """One referral while it is being made."""

    number: int
    need: int
    item: Item
    body: Body
    offered: int
    state: str = R.OFFERED
    moves: int = 1
    accepted: int | None = None
    delivered: int | None = None
    confirmed: int | None = None
    silent: bool = False
    reason: str = ""
    ended: int | None = None
    turns: list[tuple[int, str]] = field(default_factory=list)
    due: tuple[int, str] | None = None
    cared_until: int = 0
    """While an unhappy answer is being taken care of, another one joins it."""

    @property
    def person(self) -> int:
        return provider(self.body.number)


FollowUp = Callable[[Story, Work], None]
Turns = tuple[tuple[int, str], ...]


class Service:
    """Called for each need; ``follow_up`` for each referral that was confirmed."""

    def __init__(self, follow_up: FollowUp) -> None:
        self.follow_up = follow_up

    def __call__(self, story: Story, need: int, item: Item, since: int) -> tuple[str, int | None]:
        at = since
        for rung in range(RUNGS):
            offered = story.later(at, 180)
            if offered > story.now:
                story.count(story.counting(K.MATCHING, at, need=need, item=item))
                return N.SEEKING, None
            body = story.world.pool.candidate(story.rng, item, story.firm.place)
            work = Work((need - 1) * RUNGS + rung + 1, need, item, body, offered)
            self._offer(story, work, first=rung == 0)
            self._row(story, work)
            if work.ended is None or work.state == R.CONFIRMED:
                return NEED_OF_REFERRAL[ReferralState(work.state)], work.confirmed
            at = work.ended
        unmet = story.later(at, 300)
        if unmet > story.now:
            story.count(story.counting(K.MATCHING, at, need=need, item=item))
            return N.SEEKING, None
        states = {"origin": N.SEEKING, "to": N.UNMET, "note": WORDS["unmet"]}
        story.say(unmet, Verb.DECIDED, Audience.ENTERPRISE, story.owner, need=need, **states)
        return N.UNMET, unmet

    def _offer(self, story: Story, work: Work, *, first: bool) -> None:
        """The offer and its answer."""
        offering: dict[str, Any] = {"to": R.OFFERED} if first else {"to": R.OFFERED, "rule": LADDER}
        self._say(story, work, work.offered, Verb.OFFERED, by=story.specialist if first else None, **offering)
        share, answered = story.rng.random(), story.later(work.offered, 300)
        fate = next((state for state, up_to in _rising() if share < up_to), None)
        if fate == R.EXPIRED:
            answered = story.world.hours.after(work.offered, 2 * WORKING_DAY + 1)
        if answered > story.now:
            self._owe(story, work, K.ANSWER, work.offered)
        elif fate:
            self._not_taken(story, work, fate, answered)
        else:
            self._accept(story, work, answered)

    def _not_taken(self, story: Story, work: Work, fate: str, at: int) -> None:
        work.ended = at
        person: int | None = work.person
        audience, rest = Audience.PROVIDER, {}
        if fate == R.DECLINED:
            work.reason = one_of(story.rng, WORDS["declined"], 2)
        elif fate == R.EXPIRED:
            person, rest = None, {"rule": EXPIRY}
        else:
            person = story.specialist
        verb = {R.DECLINED: Verb.DECLINED, R.EXPIRED: Verb.EXPIRED, R.RECALLED: Verb.RECALLED}[ReferralState(fate)]
        self._step(story, work, at, verb, to=fate, by=person, audience=audience, note=work.reason, **rest)

    def _accept(self, story: Story, work: Work, at: int) -> None:
        """Accepted: perhaps a quote first, then the work."""
        now, rng = story.now, story.rng
        work.accepted = at
        self._step(story, work, at, Verb.ACCEPTED, to=R.ACCEPTED, by=work.person)
        quotes = rng.random() < 0.3
        begins = story.later(at, WORKING_DAY)
        if begins > now:
            self._owe(story, work, K.PLAN, at)
            self._owe_delivery(story, work)
            return
        if quotes:
            begins = self._quote(story, work, begins)
            if begins > now:
                return
        else:
            note = one_of(rng, WORDS["notes"])
            self._step(story, work, begins, Verb.PROGRESSED, to=R.IN_PROGRESS, by=work.person, note=note)
        self._work(story, work, begins)

    def _quote(self, story: Story, work: Work, at: int) -> int:
        agreed = story.later(at, 1.5 * WORKING_DAY)
        self._step(story, work, at, Verb.QUOTED, to=R.QUOTED, by=work.person, note=WORDS["plan"])
        work.turns.append((at, Waiting.QUOTED.value))
        if agreed > story.now:
            self._owe(story, work, K.PLAN, work.accepted or at, turns=tuple(work.turns))
            self._owe_delivery(story, work)
            self._owe(story, work, K.AGREEMENT, at)
            return agreed
        work.turns.append((agreed, RUN))
        self._step(story, work, agreed, Verb.AGREED, to=R.IN_PROGRESS, by=story.voice)
        return agreed

    def _work(self, story: Story, work: Work, at: int) -> None:
        rng = story.rng
        noted = story.later(at, WORKING_DAY * work.item.days / 4)
        done = story.later(noted, WORKING_DAY * work.item.days / 5)
        if noted <= story.now:
            note = one_of(rng, WORDS["notes"])
            self._say(story, work, noted, Verb.PROGRESSED, by=work.person, note=note)
        share = rng.random()
        if done > story.now:
            self._owe_delivery(story, work)
        elif share < 0.02:
            verb, state = (Verb.ABANDONED, R.ABANDONED) if share < 0.01 else (Verb.CANCELLED, R.CANCELLED)
            person = work.person if share < 0.01 else story.voice
            work.reason, work.ended = WORDS["cancelled"], done
            self._step(story, work, done, verb, to=state, by=person, note=work.reason)
        else:
            self._deliver(story, work, done, disputed=share > 0.98)

    def _deliver(self, story: Story, work: Work, at: int, *, disputed: bool) -> None:
        self._step(story, work, at, Verb.DELIVERED, to=R.DELIVERED, by=work.person)
        work.delivered = at
        work.turns.append((at, Waiting.DELIVERED.value))
        objected = story.later(at, WORKING_DAY)
        if disputed and objected <= story.now:
            self._result(story, work, at, place=0, state="withdrawn")
            self._dispute(story, work, objected)
            return
        self._result(story, work, at, place=0, state="issued")
        self._await_confirmation(story, work, at)

    def _dispute(self, story: Story, work: Work, at: int) -> None:
        self._step(story, work, at, Verb.DISPUTED, to=R.DISPUTED, by=story.voice, note=WORDS["disputed"])
        work.turns.append((at, RUN))
        reworked = story.later(at, WORKING_DAY)
        done = story.later(reworked, 2 * WORKING_DAY)
        if reworked <= story.now:
            self._step(story, work, reworked, Verb.REWORKED, to=R.IN_PROGRESS, by=work.person, note=WORDS["reworked"])
        if done > story.now:
            self._owe_delivery(story, work)
            return
        self._step(story, work, done, Verb.DELIVERED, to=R.DELIVERED, by=work.person)
        work.delivered = done
        work.turns.append((done, Waiting.DELIVERED.value))
        self._result(story, work, done, place=1, state="issued")
        self._await_confirmation(story, work, done)

    def _await_confirmation(self, story: Story, work: Work, at: int) -> None:
        confirmed = story.later(at, 2 * WORKING_DAY)
        closes = story.world.clocks.due(at, self._terms(story, work, K.CONFIRMATION).budget)
        work.silent = confirmed > closes
        confirmed = min(confirmed, closes + 1)
        if confirmed > story.now:
            self._owe(story, work, K.CONFIRMATION, at)
            self._owe_delivery(story, work)
            return
        work.confirmed = work.ended = confirmed
        rest: dict[str, Any] = {"rule": SILENCE} if work.silent else {}
        person = None if work.silent else story.voice
        self._step(story, work, confirmed, Verb.CONFIRMED, to=R.CONFIRMED, by=person, **rest)
        self._was_counted(story, work, confirmed)
        self.follow_up(story, work)

    def _was_counted(self, story: Story, work: Work, stopped: int) -> None:
        """What the last year's record of an institution is reckoned from."""
        if work.delivered and work.accepted and work.delivered > story.now - YEAR:
            story.count(self._delivery(story, work, stopped))

    def _delivery(self, story: Story, work: Work, stopped: int | None = None) -> Counting:
        terms = story.world.clocks.promised(work.item.days)
        assert work.accepted is not None
        return Counting("referral", work.number, K.DELIVERY, terms, work.accepted, tuple(work.turns), stopped)

    def _owe_delivery(self, story: Story, work: Work) -> None:
        self._note_due(work, K.DELIVERY, story.count(self._delivery(story, work)))

    def _owe(self, story: Story, work: Work, clock: str, since: int, *, turns: Turns = ()) -> None:
        terms = self._terms(story, work, clock)
        self._note_due(work, clock, story.count(Counting("referral", work.number, clock, terms, since, turns)))

    def _terms(self, story: Story, work: Work, clock: str) -> Terms:
        return story.world.clocks.terms(clock, story.urgency, work.item.board, work.item.code)

    def _note_due(self, work: Work, clock: str, due: int | None) -> None:
        """What the referral owes first is what it shows."""
        if due is not None and (work.due is None or due < work.due[0]):
            work.due = due, clock

    def _result(self, story: Story, work: Work, at: int, *, place: int, state: str) -> None:
        day = instant(at).astimezone(story.world.hours.calendar.zone).date()
        summary = WORDS["summaries"][work.number % len(WORDS["summaries"])]
        credential = work.body.credential_for(work.item)
        number = f"DEMO-{work.number}-{place}"
        row = (2 * work.number + place, work.number, work.item.delivers, number, summary, day, None, credential, state)
        story.sheets.add("cases_result", *row, work.person, written(at))

    def _step(self, story: Story, work: Work, at: int, verb: str, *, to: str, **rest: Any) -> None:
        self._say(story, work, at, verb, origin=work.state, to=to, **rest)
        work.state, work.moves = to, work.moves + 1

    def _say(self, story: Story, work: Work, at: int, verb: str, **rest: Any) -> None:
        audience, by = rest.pop("audience", Audience.SHARED), rest.pop("by", None)
        story.say(at, verb, audience, by, need=work.need, referral=work.number, **rest)

    def _row(self, story: Story, work: Work) -> None:
        due, clock = work.due or (None, "")
        quoted = any(reason == Waiting.QUOTED for _at, reason in work.turns)
        story.sheets.add(
            "cases_referral",
            work.number,
            story.number,
            work.need,
            work.body.number,
            work.state,
            work.moves,
            story.specialist,
            work.body.credential_for(work.item) if work.accepted else None,
            one_of(story.rng, ("paid", "paid", "subsidised", "free")),
            WORDS["plan"] if quoted else "",
            100 * (1 + skewed(story.rng, 300)) if quoted else None,
            one_of(story.rng, ("no_capacity", "outside_scope"), 2) if work.state == R.DECLINED else "",
            work.reason,
            written(due),
            clock,
            written(work.offered),
            written(work.accepted),
            written(work.delivered),
            written(work.confirmed),
            flag(work.silent and work.confirmed is not None),
            written(work.offered),
        )


def _rising() -> list[tuple[str, float]]:
    total = 0.0
    found: list[tuple[str, float]] = []
    for state, share in NOT_TAKEN:
        total += share
        found.append((state, total))
    return found
