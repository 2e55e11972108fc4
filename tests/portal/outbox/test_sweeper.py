from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal.outbox import sweeper
from portal.outbox.models import Message
from portal.outbox.registry import ChannelDown, GiveUp, Handler
from tests.factories import NOW

Register = Callable[[str, Handler], None]
LOCKS = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND objid = %s AND datname = current_database()
"""
"""The view shows those of every database of the server; other tests sweep in theirs."""


def owed(key: str = "a", kind: str = "kind", **fields: object) -> Message:
    return Message.objects.create(**{"kind": kind, "dedupe_key": key, "payload": {"id": key}, "due_at": NOW, **fields})


def outcome(key: str = "a") -> tuple[int, int, bool, bool, bool]:
    """attempts, claims without outcome, held, done, dead."""
    row = Message.objects.get(dedupe_key=key)
    return row.attempts, row.unfinished, bool(row.locked_until), bool(row.done_at), bool(row.dead_at)


@pytest.mark.django_db
def test_what_is_due_is_done_once_with_its_payload_and_key(handler: Register) -> None:
    seen: list[tuple[dict, str]] = []
    handler("kind", lambda payload, key: seen.append((payload, key)))
    owed("a")
    owed("b", due_at=NOW + timedelta(minutes=1))

    assert sweeper.sweep(NOW) == 1
    assert sweeper.sweep(NOW) == 0

    assert seen == [({"id": "a"}, "a")]
    assert outcome("a") == (1, 0, False, True, False)
    assert outcome("b") == (0, 0, False, False, False)
    assert Message.objects.get(dedupe_key="a").done_at == NOW


@pytest.mark.django_db
def test_the_longest_due_comes_first_and_the_limit_holds(handler: Register) -> None:
    seen: list[str] = []
    handler("kind", lambda payload, key: seen.append(key))
    for minutes, key in ((1, "new"), (3, "old"), (2, "middle")):
        owed(key, due_at=NOW - timedelta(minutes=minutes))
    assert sweeper.sweep(NOW, limit=2) == 2
    assert seen == ["old", "middle"]


@pytest.mark.django_db(transaction=True)
def test_the_claim_is_committed_before_the_effect_and_the_effect_runs_outside_any_transaction(
    handler: Register,
) -> None:
    seen: list[tuple] = []

    def look(payload: dict, key: str) -> None:
        seen.append((connection.in_atomic_block, *outcome("a")))

    handler("kind", look)
    owed("a")
    sweeper.sweep(NOW)
    assert seen == [(False, 1, 1, True, False, False)]


@pytest.mark.django_db(transaction=True)
def test_a_sweep_inside_a_transaction_is_refused_for_its_claims_could_be_rolled_back(handler: Register) -> None:
    handler("kind", lambda payload, key: None)
    owed("a")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        sweeper.sweep(NOW)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 10), (2, 20), (3, 40), (4, 80), (9, 2560), (10, 3600), (500, 3600)]
)
def test_each_refusal_doubles_the_wait_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert sweeper.wait_after(attempts) == timedelta(seconds=seconds)


@pytest.mark.django_db
def test_a_refused_effect_waits_and_then_succeeds(handler: Register, caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([OSError("not now"), None])

    def moody(payload: dict, key: str) -> None:
        if answer := next(answers):
            raise answer

    handler("kind", moody)
    owed("a")
    assert sweeper.sweep(NOW) == 0
    row = Message.objects.get()
    assert (row.due_at, row.refused_since, row.last_error) == (NOW + timedelta(seconds=10), NOW, "OSError: not now")
    assert outcome() == (1, 0, False, False, False)

    assert sweeper.sweep(NOW + timedelta(seconds=9)) == 0
    assert sweeper.sweep(NOW + timedelta(seconds=10)) == 1
    assert outcome() == (2, 0, False, True, False)
    assert Message.objects.values_list("refused_since", "last_error").get() == (None, "")


@pytest.mark.django_db
def test_ordinary_refusals_go_on_for_a_day_and_then_staff_must_look(handler: Register) -> None:
    def refuse(payload: dict, key: str) -> None:
        raise ConnectionRefusedError("down")

    handler("kind", refuse)
    owed("a")
    moment, tries = NOW, 0
    while not outcome()[-1]:
        sweeper.sweep(moment)
        tries += 1
        moment = Message.objects.get().due_at
        assert tries < 100
    row = Message.objects.get()
    assert row.dead_at is not None
    assert timedelta(hours=24) <= row.dead_at - NOW < timedelta(hours=25, minutes=1)
    assert (row.attempts, row.last_error, row.locked_until) == (tries, "ConnectionRefusedError: down", None)
    assert tries > 24
    assert sweeper.sweep(NOW + timedelta(days=9)) == 0


@pytest.mark.django_db
def test_the_day_begins_with_the_first_refusal_however_long_the_message_lay_before(handler: Register) -> None:
    def refuse(payload: dict, key: str) -> None:
        raise OSError

    handler("kind", refuse)
    owed("a")
    sweeper.sweep(NOW + timedelta(days=30))
    assert outcome() == (1, 0, False, False, False)


@pytest.mark.django_db
def test_what_cannot_succeed_ends_at_once(handler: Register) -> None:
    def never(payload: dict, key: str) -> None:
        raise GiveUp("no such case")

    handler("kind", never)
    owed("a")
    sweeper.sweep(NOW)
    assert outcome() == (1, 0, False, False, True)
    assert Message.objects.get().last_error == "GiveUp: no such case"


@pytest.mark.django_db
def test_a_kind_that_nobody_handles_waits_for_the_release_that_does() -> None:
    owed("a", kind="of.tomorrow")
    assert sweeper.sweep(NOW) == 0
    assert outcome() == (1, 0, False, False, False)
    assert Message.objects.get().last_error.startswith("UnknownKind")


@pytest.mark.django_db
def test_a_closed_channel_is_tried_once_a_sweep_and_does_not_hold_up_the_others(handler: Register) -> None:
    tried = Counter[str]()

    def down(payload: dict, key: str) -> None:
        tried["mail"] += 1
        raise ChannelDown("mail server: timeout")

    handler("mail", down)
    handler("text", lambda payload, key: tried.update(["text"]))
    for each in range(20):
        owed(f"mail-{each}", kind="mail", due_at=NOW - timedelta(hours=1))
        owed(f"text-{each}", kind="text")
    assert sweeper.sweep(NOW) == 20
    assert tried == {"mail": 1, "text": 20}
    assert sweeper.sweep(NOW) == 0
    assert tried["mail"] == 2


@pytest.mark.django_db
def test_a_held_message_is_left_alone_until_its_lease_is_over(handler: Register) -> None:
    handler("kind", lambda payload, key: None)
    owed("a", attempts=1, unfinished=1, locked_until=NOW + timedelta(minutes=5))
    assert sweeper.sweep(NOW + timedelta(minutes=4)) == 0
    assert sweeper.sweep(NOW + timedelta(minutes=5)) == 1
    assert outcome() == (2, 0, False, True, False)


@pytest.mark.django_db
def test_five_claims_without_outcome_end_a_message(handler: Register, caplog: pytest.LogCaptureFixture) -> None:
    """The process dies each time, so no except clause ever runs."""
    killed = Counter[str]()

    def kill(payload: dict, key: str) -> None:
        killed[key] += 1
        raise KeyboardInterrupt  # not an Exception: the nearest thing to dying in one process

    handler("poison", kill)
    handler("kind", lambda payload, key: None)
    owed("poison", kind="poison", due_at=NOW - timedelta(days=1))
    moment = NOW
    for turn in range(8):
        owed(f"other-{turn}")
        try:
            sweeper.sweep(moment)
        except KeyboardInterrupt:
            sweeper.sweep(moment)
        moment += timedelta(seconds=sweeper.LEASE_SECONDS)
    assert killed["poison"] == 5
    assert outcome("poison") == (5, 5, False, False, True)
    assert Message.objects.filter(kind="kind", done_at=None).count() == 0
    assert "given up" in caplog.text


@pytest.mark.django_db
def test_refusals_in_between_do_not_count_as_dying(handler: Register) -> None:
    def refuse(payload: dict, key: str) -> None:
        raise OSError

    handler("kind", refuse)
    owed("a", attempts=4, unfinished=4)
    sweeper.sweep(NOW)
    assert outcome() == (5, 0, False, False, False)


@pytest.mark.django_db
def test_who_lost_the_lease_does_not_put_off_what_another_is_doing() -> None:
    owed("a")
    slow = sweeper.claim(NOW)
    later = NOW + timedelta(minutes=6)
    quick = sweeper.claim(later)
    assert slow is not None
    assert quick is not None
    sweeper.refuse(slow, OSError("too slow"), now=later)
    row = Message.objects.get()
    assert (row.attempts, row.locked_until, row.last_error) == (2, later + timedelta(minutes=5), "")


@pytest.mark.django_db
def test_a_sweep_starts_nothing_more_when_its_time_is_up(handler: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    elapsed = [0.0]
    monkeypatch.setattr(sweeper.time, "monotonic", lambda: elapsed[0])
    handler("kind", lambda payload, key: elapsed.append(elapsed.pop() + 5))
    for key in "abcd":
        owed(key)
    assert sweeper.sweep(NOW, seconds=6) == 2


@pytest.mark.django_db(transaction=True)
def test_eight_sweepers_do_two_thousand_effects_once_each(handler: Register) -> None:
    seen = Counter[str]()
    handler("kind", lambda payload, key: seen.update([key]))
    now = timezone.now()
    Message.objects.bulk_create(
        Message(kind="kind", dedupe_key=f"{number}", payload={}, due_at=now) for number in range(2000)
    )
    done = together(8, lambda: sweeper.sweep(now, limit=2000, seconds=60))
    assert sum(done) == 2000
    assert len(seen) == 2000
    assert set(seen.values()) == {1}
    assert Message.objects.filter(done_at=None).count() == 0
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_without_row_locks_the_same_effects_would_be_doubled(
    handler: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the guard."""
    seen = Counter[str]()
    handler("kind", lambda payload, key: seen.update([key]))
    monkeypatch.setattr(sweeper, "claim", unguarded_claim)
    now = timezone.now()
    Message.objects.bulk_create(
        Message(kind="kind", dedupe_key=f"{number}", payload={}, due_at=now) for number in range(200)
    )
    together(8, lambda: sweeper.sweep(now, limit=200, seconds=60))
    assert seen.total() > 200


@pytest.mark.django_db(transaction=True)
def test_one_scheduled_sweep_at_a_time_and_the_lock_is_given_back() -> None:
    barrier = Barrier(2)

    def hold() -> bool:
        with sweeper.alone() as held:
            barrier.wait(5)
            return held

    assert sorted(together(2, hold)) == [False, True]
    with pytest.raises(ZeroDivisionError), sweeper.alone():
        raise ZeroDivisionError
    with sweeper.alone() as held:
        assert held
    with connection.cursor() as cursor:
        cursor.execute(LOCKS, [sweeper.SWEEP_LOCK])
        assert cursor.fetchone() == (0,)


def unguarded_claim(now: datetime, *, without: set[str]) -> Message | None:
    free = Message.objects.pending().filter(locked_until=None, due_at__lte=now)
    message = free.order_by("due_at", "pk").first()
    if message is not None:
        Message.objects.filter(pk=message.pk).update(locked_until=now + timedelta(minutes=5))
    return message


def together(count: int, work: Callable) -> list:
    """Run the same work in threads with their own connections, all at once."""
    results: list = []
    start = Barrier(count)

    def run() -> None:
        try:
            start.wait(10)
            results.append(work())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
