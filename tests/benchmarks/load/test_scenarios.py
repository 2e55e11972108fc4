"""Steps do what they say on a few rows, in the process; the bare view reads the same rows and writes one of each."""

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from benchmarks.limits import views
from benchmarks.limits.statements import KINDS, WRITE
from benchmarks.load import between, counting
from benchmarks.load.driver import Refused
from benchmarks.load.measuring import Plan, Scale
from benchmarks.load.scenarios import NEEDED, SCENARIOS
from benchmarks.load.stack import Stack
from benchmarks.load.world import World
from benchmarks.run import wanted
from portal import paging
from portal.outbox.models import Message
from scripts.launcher.children import Crew
from scripts.launcher.saying import Teller
from services.cases.models import Case, CaseEvent
from services.clocks.models import ClockSegment
from tests.factories import make_capability, make_case, make_enterprise, make_institution, make_need, make_user
from tests.people import make_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three cases of one enterprise, one of them triaged, and an institution that can do what it needs."""
    make_notice()
    firm = make_enterprise(make_user())
    now = timezone.now()
    cases = [make_case(enterprise=firm, text=f"三台压力变送器要校准，两周内要用 {at}", now=now) for at in range(3)]
    need = make_need(cases[0], now=now)
    make_capability(make_institution(), need.item)
    crew = Crew(tmp_path_factory.mktemp("logs"), Teller())
    return Scale(Plan([], [], 1.0), Stack(8951, 8952, crew), "", print).world()


def test_the_queue_is_read_and_its_statements_are_counted(world: World) -> None:
    found = counting.count(SCENARIOS["queue"].step(world, 0), "127.0.0.1:8951")
    assert found is not None
    assert (0 < found.statements <= 12, found.writes, found.counts, found.bytes > 5000) == (True, 0, 0, True)


def test_a_page_of_cases_waits_before_the_queue_is_read(world: World) -> None:
    for _twice in range(2):
        between.prepare("queue", world)
        assert Case.objects.filter(state="submitted").count() == paging.SIZE


def test_each_step_leaves_the_next_one_its_work(world: World) -> None:
    asks = counting.InProcess("127.0.0.1:8951")
    for name in ("submit_page", "submit_api"):
        assert SCENARIOS[name].step(world, 0)(asks) is not None
    assert len(world.cases) == 2
    confirm = SCENARIOS["confirm"].step(world, 0)
    assert [confirm(asks) is None for _turn in range(3)] == [False, False, True]
    assert len(world.needs) == 2
    assert SCENARIOS["rank"].step(world, 0)(asks)


def test_another_answer_than_expected_is_a_refusal(world: World) -> None:
    world.subjects.numbers[:] = ["QS-20200101-00001"]
    with pytest.raises(Refused, match="404"):
        SCENARIOS["case_page"].step(world, 0)(counting.InProcess("127.0.0.1:8951"))


def test_the_bare_view_knows_people_by_session_and_by_key(world: World) -> None:
    one = world.desk[0]
    by_cookie = RequestFactory().get("/", headers={"Cookie": one.cookie["Cookie"]})
    by_key = RequestFactory().get("/", headers=one.key)
    assert [views.signed_in(by_cookie)[0], views.by_token(by_key)[0]] == [one.user, one.user]
    assert views.signed_in(by_key) is None and views.by_token(by_cookie) is None


def test_the_bare_view_reads_the_rows_of_the_page(world: World) -> None:
    values = {
        "user": world.desk[0].user,
        "number": world.subjects.numbers[0],
        "words": "'校准'",
        "urgency": "normal",
        "board": world.subjects.board,
        "equipment": 1,
        "start": "2026-11-16",
        "end": "2026-11-23",
    }
    found = {kind: views.rows(kind, values)[0] for kind in KINDS}
    waiting = Case.objects.filter(state="submitted").order_by("due_at", "id").values_list("pk", flat=True)
    assert [row[0] for row in found["queue"]] == list(waiting)
    assert len(found["search"]) == len(found["desk-list"]) == 3
    assert len(found["case"]) == len(found["number"]) == 1


def test_the_bare_insert_leaves_a_case_a_line_a_clock_and_a_message(world: World) -> None:
    tables = (Case, CaseEvent, ClockSegment, Message)
    before = [table.objects.count() for table in tables]
    values = {"user": world.firms[0].user, "station": world.desk[0].place, "calendar": world.calendar, "text": "校准"}
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {**values, "number": views.number()})
    assert [table.objects.count() - old for table, old in zip(tables, before, strict=True)] == [1, 1, 1, 1]


def test_whoever_asks_for_a_scenario_gets_those_that_leave_it_work() -> None:
    assert wanted("survey") == ["submit_api", "confirm", "offer", "accept", "deliver", "survey"]
    assert wanted("home,queue") == ["home", "queue"]
    for name, before in NEEDED.items():
        assert list(SCENARIOS).index(before) < list(SCENARIOS).index(name)
    with pytest.raises(SystemExit, match="There is no scenario nowhere"):
        wanted("nowhere")
