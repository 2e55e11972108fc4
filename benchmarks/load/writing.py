"""What people do, in the order in which each leaves the next one its work; beside it the bare insert."""

import json
import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from urllib.parse import urlencode

from benchmarks.load.driver import Asks, Refused
from benchmarks.load.people import Person
from benchmarks.load.world import THREADS, Scenario, Step, World, expect, get, post, taken
from portal import words

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
HALF_AN_HOUR = timedelta(minutes=30)


def a_text(world: World) -> str:
    """Somebody's words with a number of its own, so that no two needs are the same."""
    return f"{secrets.choice(world.subjects.texts)[:300]}（{secrets.token_hex(6)}）"


def turn(world: World, client: int) -> Iterator[Person]:
    """Who sends next: a client speaks for all enterprises in turn, because nobody sends hundreds of needs a day."""
    start = client % len(world.firms)
    return cycle(world.firms[start:] + world.firms[:start])


def fetch(world: World, client: int) -> Step:
    """Each person opens the form; sending it is what is measured."""

    def step(asks: Asks) -> int:
        for one in world.firms[client::THREADS]:
            if one.user not in world.tokens:
                world.tokens[one.user] = fetched(asks, one)
        return 0

    return step


def submit_page(world: World, client: int) -> Step:
    crowd = turn(world, client)

    def step(asks: Asks) -> int:
        one = next(crowd)
        if one.user not in world.tokens:
            world.tokens[one.user] = fetched(asks, one)
        body = urlencode(
            {
                "text": a_text(world),
                "contact": "13800001234",
                "contact_name": "Bench",
                "enterprise": one.place,
                "consent": "on",
                "seen_duplicates": "on",
                "idempotency_key": secrets.token_urlsafe(18),
                "csrfmiddlewaretoken": world.tokens[one.user],
            }
        ).encode()
        headers = {
            **one.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": world.origin,
        }
        answer = expect(asks.ask("POST", "/intake/", body, headers), 302)
        world.cases.append(answer.headers["Location"].rstrip("/").rpartition("/")[2])
        return len(answer.body)

    return step


def fetched(asks: Asks, one: Person) -> str:
    """The token of the form."""
    answer = expect(asks.ask("GET", "/intake/", headers=one.cookie), 200)
    found = TOKEN.search(answer.body)
    assert found is not None
    return found[1].decode()


def submit_api(world: World, client: int) -> Step:
    crowd = turn(world, client)

    def step(asks: Asks) -> int:
        body = {"text": a_text(world), "contact": "13800001234", "contact_name": "Bench", "consent": True}
        answer = post(asks, "/api/v1/cases/", body, next(crowd), 201)
        world.cases.append(json.loads(answer.body)["number"])
        return len(answer.body)

    return step


def look(world: World, client: int) -> Step:
    """A case that waits, with what is suggested for it, which a process learns once."""
    one = world.desk[client % len(world.desk)]
    return lambda asks: get(asks, f"/triage/{world.cases[0]}/", one.cookie) if world.cases else None


def confirm(world: World, client: int) -> Step:
    one, items = world.desk[client % len(world.desk)], cycle(world.subjects.items)

    def step(asks: Asks) -> int | None:
        number = taken(world.cases)
        if number is None:
            return None
        body = {"version": 1, "needs": [{"item": next(items)}]}
        answer = post(asks, f"/api/v1/desk/cases/{number}/confirm/", body, one)
        world.needs.extend(need["id"] for need in json.loads(answer.body)["needs"])
        return len(answer.body)

    return step


def rank(world: World, client: int) -> Step:
    """Looks at the needs that seek, and leaves them."""
    one = world.desk[client % len(world.desk)]

    def step(asks: Asks) -> int | None:
        need = taken(world.needs)
        if need is None:
            return None
        world.needs.append(need)
        return get(asks, f"/api/v1/needs/{need}/match/", one.key)

    return step


def offer(world: World, client: int) -> Step:
    """Ranks, then offers the need to the first."""
    one = world.desk[client % len(world.desk)]

    def step(asks: Asks) -> int | None:
        need = taken(world.needs)
        if need is None:
            return None
        shown = expect(asks.ask("GET", f"/api/v1/needs/{need}/match/", headers=one.key), 200)
        ranked = json.loads(shown.body)["ranked"]
        if not ranked:
            raise Refused("nobody may be offered the need")
        answer = post(asks, f"/api/v1/needs/{need}/offers/", {"institution": ranked[0]["institution"]}, one)
        world.offered.append(json.loads(answer.body)["referral"])
        return len(shown.body) + len(answer.body)

    return step


def accept(world: World, client: int) -> Step:
    def step(asks: Asks) -> int | None:
        found = taken(world.offered_to)
        if found is None:
            return None
        referral, one = found
        answer = post(asks, f"/api/v1/referrals/{referral}/accept/", {}, one)
        world.accepted.append((referral, one))
        return len(answer.body)

    return step


def deliver(world: World, client: int) -> Step:
    def step(asks: Asks) -> int | None:
        found = taken(world.accepted)
        if found is None:
            return None
        referral, one = found
        today = datetime.now(world.subjects.week[0].tzinfo).date().isoformat()
        body = {"kind": "advice", "issued_on": today, "summary": "Done"}
        answer = post(asks, f"/api/v1/referrals/{referral}/deliver/", body, one)
        world.delivered.append(referral)
        return len(answer.body)

    return step


def survey(world: World, client: int) -> Step:
    def step(asks: Asks) -> int | None:
        found = taken(world.asked)
        if found is None:
            return None
        key, one = found
        body = {"grade": 4, "solved": "yes", "comment": "Good"}
        return len(post(asks, f"/api/v1/followups/{key}/answer/", body, one).body)

    return step


def book(world: World, client: int) -> Step:
    """Half an hour of an instrument, each client on its own."""
    one, at = world.firms[client % len(world.firms)], client % len(world.instruments)

    def step(asks: Asks) -> int:
        instrument, begins = world.instruments[at]
        world.instruments[at] = (instrument, begins + HALF_AN_HOUR)
        body = {
            "equipment": instrument,
            "start": begins.isoformat(),
            "end": (begins + HALF_AN_HOUR).isoformat(),
            "operation": "self",
            "enterprise": one.place,
        }
        return len(post(asks, "/api/v1/labs/bookings/", body, one, 201).body)

    return step


def bare_write(world: World, client: int) -> Step:
    crowd = turn(world, client)
    station = world.desk[0].place

    def step(asks: Asks) -> int:
        body = urlencode(
            {"text": words.segment(a_text(world)), "station": station, "calendar": world.calendar}
        ).encode()
        headers = {**next(crowd).key, "Content-Type": "application/x-www-form-urlencoded"}
        return len(expect(asks.ask("POST", "/write/", body, headers), 302).body)

    return step


WRITING = (
    Scenario("submit_page", "submit a case, page", submit_page, bare_write, reads=False, warm=fetch),
    Scenario("submit_api", "submit a case, API", submit_api, bare_write, reads=False),
    Scenario("confirm", "confirm triage", confirm, bare_write, reads=False, warm=look),
    Scenario("rank", "rank", rank),
    Scenario("offer", "rank and offer", offer, reads=False),
    Scenario("accept", "accept", accept, bare_write, reads=False),
    Scenario("deliver", "deliver", deliver, bare_write, reads=False),
    Scenario("survey", "answer a survey", survey, bare_write, reads=False),
    Scenario("booking", "book half an hour", book, bare_write, reads=False),
)
