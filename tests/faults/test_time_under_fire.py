"""The schedule was away for a day; then two run at once while workers and the broker are killed: whatever was overdue
happens, and each of it once.
"""

import shelve
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import celery
import pytest
from celery.beat import ScheduleEntry
from celery.schedules import maybe_schedule

from portal.celery import SCHEDULE
from portal.notices.handlers import SETTLED
from services.cases.states import CASE_STEPS, NEED_OF_REFERRAL, REFERRAL_LIVE, REFERRAL_STEPS, CaseState, ReferralState
from tests.journeys.stack import Stack, laid_out

EACH = 12
KILLED = 2
FAST = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "FAULTS_LEASE_SECONDS": "4", "FAULTS_TURN_SECONDS": "4"}
BUILD = f"""
from django.utils import timezone
from tests.faults import overdue
overdue.build(timezone.now(), each={EACH})
"""
DONE_WITHIN_SECONDS = 120.0

LEFT = {
    "offers past their time": "SELECT count(*) FROM cases_referral WHERE state = 'offered' AND due_at < now()",
    "results nobody objected to": "SELECT count(*) FROM cases_referral WHERE state = 'delivered' AND due_at < now()",
    "questions nobody answered": "SELECT count(*) FROM cases_case WHERE state = 'returned' AND due_at < now()",
    "refusals without a next step": """
        SELECT count(*) FROM cases_referral AS one JOIN cases_need AS need ON need.id = one.need_id
        WHERE need.state = 'seeking' AND one.state IN ('declined', 'expired')
          AND NOT EXISTS (SELECT FROM routing_ladderstep WHERE referral_id = one.id)""",
    "services without follow-ups": """
        SELECT count(*) FROM cases_referral AS one WHERE state = 'confirmed'
          AND (SELECT count(*) FROM followup_followup WHERE referral_id = one.id) < 2""",
    "follow-ups not asked": "SELECT count(*) FROM followup_followup WHERE state = 'scheduled' AND due_at < now()",
    "unhappy answers nobody sees to": """
        SELECT count(*) FROM followup_surveyanswer AS one WHERE (grade <= 2 OR solved = 'no')
          AND NOT EXISTS (SELECT FROM rectification_rectification WHERE answer_id = one.id)""",
    "links that closed in silence": """
        SELECT count(*) FROM rectification_round JOIN rectification_rectification AS row ON row.id = rectification_id
        WHERE row.state = 're_asked' AND closes_at < now()""",
    "refusals no curator sees": """
        SELECT count(*) FROM cases_referral AS one WHERE decline_reason = 'outside_scope'
          AND NOT EXISTS (SELECT FROM routing_scopecorrection WHERE referral_id = one.id)""",
    "closed cases with everything asked": """
        SELECT count(*) FROM cases_case AS one WHERE state = 'closed'
          AND NOT EXISTS (SELECT FROM followup_followup WHERE case_id = one.id AND completed_at IS NULL)""",
    "promises nobody was chased for": """
        SELECT count(*) FROM clocks_clocksegment AS clock JOIN chasers_chaserrule AS rule ON rule.clock = clock.clock
        WHERE rule.active AND rule.amount = 0 AND clock.kind = 'run' AND clock.ended_at IS NULL
          AND clock.due_at < now() - interval '1 minute' AND NOT EXISTS (
            SELECT FROM chasers_chase AS mark WHERE mark.rule_id = rule.id AND mark.begun_at = clock.begun_at
              AND (mark.subject_kind, mark.subject_id) = (clock.subject_kind, clock.subject_id))""",
    "clocks of an older calendar": """
        SELECT count(*) FROM clocks_clocksegment AS clock JOIN clocks_workcalendar AS calendar
          ON calendar.id = clock.calendar_id
        WHERE clock.ended_at IS NULL AND clock.calendar_version < calendar.version""",
    "effects owed": "SELECT count(*) FROM outbox_message WHERE done_at IS NULL AND due_at < now()",
}
OWED = "SELECT kind, dedupe_key, attempts, locked_until, last_error FROM outbox_message WHERE done_at IS NULL"
TWICE = {
    "one line for each step of a rule": """
        SELECT case_id, need_id, referral_id, verb, to_state FROM cases_caseevent
        WHERE verb IN ('expired', 'confirmed', 'lapsed', 'handed_back', 'no_candidate', 'rectification_opened')
        GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1""",
    "one line for each escalation": """
        SELECT case_id, referral_id, need_id, rule FROM cases_caseevent WHERE verb = 'escalated'
        GROUP BY 1, 2, 3, 4 HAVING count(*) > 1""",
    "one offer from each rung": """
        SELECT next_id FROM routing_ladderstep WHERE next_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1""",
    "one live referral of a need": f"""
        SELECT need_id FROM cases_referral WHERE state IN ({", ".join(f"'{state}'" for state in REFERRAL_LIVE)})
        GROUP BY 1 HAVING count(*) > 1""",
    "one follow-up of each rule": """
        SELECT referral_id, rule, seq FROM followup_followup GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "asked by link once": """
        SELECT follow_up_id FROM followup_followupattempt WHERE channel = 'link' GROUP BY 1 HAVING count(*) > 1""",
    "one matter of each unhappy answer": """
        SELECT answer_id FROM rectification_rectification GROUP BY 1 HAVING count(*) > 1""",
    "one clock open": """
        SELECT subject_kind, subject_id, clock FROM clocks_clocksegment WHERE ended_at IS NULL
        GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "one mark of each rule": """
        SELECT rule_id, subject_kind, subject_id, begun_at FROM chasers_chase GROUP BY 1, 2, 3, 4
        HAVING count(*) > 1""",
}

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]


def test_after_a_day_away_everything_overdue_happens_once_whatever_is_killed() -> None:
    with _asleep() as portal:
        before = _told_by_rules(portal)
        for name in ("worker", "worker-2", "beat", "beat-2"):
            portal.start(name)
        _kill_what_works(portal)
        _wait_until_nothing_is_left(portal)
        time.sleep(9)  # two more turns: what happens twice would happen now
        assert _left(portal) == {}
        assert {name: rows for name, question in TWICE.items() if (rows := portal.sql(question))} == {}
        assert before == {"chases": 0, "escalations": 0, "steps": 0}
        _each_mark_told_as_many_as_it_says(portal)
        _each_failed_referral_took_one_step(portal)
        _each_history_is_a_legal_path(portal)
        _clocks_fit_the_states(portal)
        _each_mail_was_received_once(portal)
        assert portal.sql("SELECT last_error FROM outbox_message WHERE dead_at IS NOT NULL") == []
        _no_task_broke(portal)


@contextmanager
def _asleep() -> Iterator[Stack]:
    """The centre as it is found after a day in which nothing but its people was at work."""
    with tempfile.TemporaryDirectory(prefix="fire-") as folder, laid_out(Path(folder), **FAST) as portal:
        portal.manage("shell", "--verbosity", "0", "-c", BUILD)
        for name in ("beat", "beat-2"):
            _slept_since_yesterday(portal.folder / name)
            portal.commands[name] = [*portal.commands["beat"][:-1], str(portal.folder / name)]
        portal.commands["worker-2"] = portal.commands["worker"]
        yield portal


def _slept_since_yesterday(path: Path) -> None:
    """The memory of a schedule that last did each of its entries a day ago."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with shelve.open(str(path)) as memory:
        memory["entries"] = {
            name: ScheduleEntry(name, entry["task"], yesterday, 1, maybe_schedule(entry["schedule"]))
            for name, entry in SCHEDULE.items()
        }
        memory.update({"__version__": celery.__version__, "tz": "UTC", "utc_enabled": True})


def _kill_what_works(portal: Stack) -> None:
    """Each in the middle of something: there are the first effects, and there are not all of them."""
    _wait_for(portal, "SELECT count(*) > 0 FROM routing_ladderstep")
    portal.kill("worker")
    _wait_for(portal, "SELECT count(*) > 0 FROM chasers_chase")
    portal.broker.kill()
    time.sleep(1)
    assert _left(portal), "everything was done before the broker was killed"
    portal.broker.start()
    portal.start("worker")
    _wait_for(portal, "SELECT count(*) > 0 FROM followup_followup WHERE state = 'due'")
    portal.kill("worker-2")
    assert _left(portal), "everything was done before the second worker was killed"
    portal.start("worker-2")


def _wait_for(portal: Stack, question: str) -> None:
    deadline = time.monotonic() + DONE_WITHIN_SECONDS
    while not portal.sql(question)[0][0]:
        assert time.monotonic() < deadline, f"not within {DONE_WITHIN_SECONDS} s: {question}\n{_logs(portal)}"
        time.sleep(0.05)


def _wait_until_nothing_is_left(portal: Stack) -> None:
    deadline = time.monotonic() + DONE_WITHIN_SECONDS
    while left := _left(portal):
        assert time.monotonic() < deadline, f"left: {left}\n{portal.sql(OWED)}\n{_logs(portal)}"
        time.sleep(0.5)


def _left(portal: Stack) -> dict[str, int]:
    return {name: number for name, question in LEFT.items() if (number := portal.sql(question)[0][0])}


def _told_by_rules(portal: Stack) -> dict[str, int]:
    return {
        "chases": portal.sql("SELECT count(*) FROM chasers_chase")[0][0],
        "escalations": portal.sql("SELECT count(*) FROM cases_caseevent WHERE verb = 'escalated'")[0][0],
        "steps": portal.sql("SELECT count(*) FROM routing_ladderstep")[0][0],
    }


def _each_mark_told_as_many_as_it_says(portal: Stack) -> None:
    ((marks, promised),) = portal.sql("SELECT count(*), sum(told) FROM chasers_chase")
    ((told,),) = portal.sql("SELECT count(*) FROM notices_notice WHERE key LIKE 'chase-%%'")
    assert (told, marks > EACH) == (promised, True)
    ((lines,),) = portal.sql("SELECT count(*) FROM cases_caseevent WHERE verb = 'escalated'")
    ((escalations,),) = portal.sql("""
        SELECT count(*) FROM chasers_chase JOIN chasers_chaserrule AS rule ON rule.id = rule_id
        WHERE rule.level <> 'reminder' AND subject_kind <> 'application'""")
    assert lines == escalations


def _each_failed_referral_took_one_step(portal: Stack) -> None:
    """Three kinds were not answered, one was refused; what was asked next is not yet due."""
    steps = Counter(dict(portal.sql("SELECT outcome, count(*) FROM routing_ladderstep GROUP BY 1")))
    assert steps == {"reoffered": 2 * EACH, "handed_back": EACH, "exhausted": EACH}
    followers = portal.sql("SELECT next_id FROM routing_ladderstep WHERE next_id IS NOT NULL")
    offered = portal.sql("SELECT referral_id FROM cases_caseevent WHERE verb = 'offered' AND rule <> ''")
    assert sorted(followers) == sorted(offered)


def _each_history_is_a_legal_path(portal: Stack) -> None:
    lines = portal.sql("""
        SELECT referral_id, from_state, to_state FROM cases_caseevent
        WHERE referral_id IS NOT NULL AND to_state <> '' ORDER BY id""")
    paths: dict[int, list[tuple[str, str]]] = {}
    for referral, before, after in lines:
        paths.setdefault(referral, []).append((before, after))
    states = dict(portal.sql("SELECT id, state FROM cases_referral"))
    assert {referral: path[-1][1] for referral, path in paths.items()} == states
    for path in paths.values():
        assert path[0] == ("", ReferralState.OFFERED)
        assert all(earlier[1] == later[0] for earlier, later in pairwise(path))
        assert all(after in REFERRAL_STEPS[ReferralState(before)] for before, after in path[1:])
    taken = portal.sql("""
        SELECT from_state, to_state FROM cases_caseevent
        WHERE referral_id IS NULL AND need_id IS NULL AND from_state <> ''""")
    assert all(after in CASE_STEPS[CaseState(before)] for before, after in taken)
    needs = portal.sql(
        "SELECT need.state, one.state FROM cases_need AS need JOIN cases_referral AS one ON need_id = need.id"
    )
    assert all(need == NEED_OF_REFERRAL[ReferralState(one)] for need, one in needs if one in REFERRAL_LIVE)


def _clocks_fit_the_states(portal: Stack) -> None:
    """No clock runs on for what has ended, and what is still promised has one."""
    running = "SELECT FROM clocks_clocksegment AS clock WHERE ended_at IS NULL AND subject_id = one.id"
    ended = portal.sql(f"""
        SELECT one.id FROM cases_referral AS one WHERE state IN ('expired', 'declined')
          AND EXISTS ({running} AND subject_kind = 'referral')""")
    rested = portal.sql(f"""
        SELECT one.id FROM cases_case AS one WHERE state IN ('lapsed', 'closed', 'followed_up')
          AND EXISTS ({running} AND subject_kind = 'case')""")
    silent = portal.sql(f"""
        SELECT one.id FROM cases_referral AS one WHERE state = 'offered'
          AND NOT EXISTS ({running} AND subject_kind = 'referral' AND clock.clock = 'answer')""")
    seeking = portal.sql(f"""
        SELECT one.id FROM cases_need AS one WHERE (state = 'seeking') <>
          EXISTS ({running} AND subject_kind = 'need' AND clock.clock = 'matching')""")
    assert (ended, rested, silent, seeking) == ([], [], [], [])


def _each_mail_was_received_once(portal: Stack) -> None:
    """What was settled before it left is not sent. A mail that the server took in the moment its worker was killed goes
    again, under the same Message-ID.
    """
    ((owed,),) = portal.sql("SELECT count(*) FROM outbox_message WHERE kind = 'notice.mail' AND done_at IS NOT NULL")
    ((settled,),) = portal.sql(
        "SELECT count(*) FROM notices_notice WHERE refusal = %s AND event LIKE 'chaser%%'", SETTLED
    )
    received = Counter(str(mail["Message-ID"]) for mail in list(portal.mails.mails))
    assert len(received) + settled == owed
    assert len(received) > EACH
    assert sum(received.values()) - len(received) <= KILLED


def _no_task_broke(portal: Stack) -> None:
    logs = _logs(portal)
    assert [line for line in logs.splitlines() if "raised unexpected" in line or "broke; it is tried" in line] == []


def _logs(portal: Stack) -> str:
    return "\n".join(path.read_text(errors="replace") for path in portal.folder.glob("*.log"))
