"""A nation that PostgreSQL, the clocks, the search and the derivations of the portal would have made themselves."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from enterprises.identifiers import check_uscc
from enterprises.models import Enterprise
from experts.models import CredentialScope, Equipment, Expert, Institution, InstitutionScore
from portal import search, words
from services.boards.labs.models import Booking
from services.cases import derivation, promises
from services.cases.models import Case, CaseEvent, Need, Referral
from services.cases.states import CASE_OPEN, NEED_TERMINAL, CaseState, NeedState
from services.clocks.actions import reckon
from services.clocks.models import ClockSegment
from services.followup.models import FollowUp
from services.nation import derived
from services.nation.firms import Firms
from services.nation.places import Places
from services.nation.plan import Plan
from services.nation.words import WORDS
from services.routing.models import TrackRecord
from services.stations.models import Station
from services.triage.models import Decision
from tests import databases
from tests.services.nation.conftest import ARGUMENTS, NOW, Loaded, digests, shape


@pytest.mark.parametrize(
    ("scale", "numbers"),
    [
        (1.0, (607_000, 817_000, 537, 20_000, 200_000, 130_000, 30_000, 1_000_000)),
        (0.001, (607, 817, 12, 40, 400, 130, 30, 1_000)),
    ],
)
def test_a_plan_says_how_many(scale: float, numbers: tuple[int, ...]) -> None:
    plan = Plan(scale, 1, ARGUMENTS["now"])
    said = (plan.firms, plan.cases, plan.stations, plan.institutions, plan.scope_rows, plan.experts)
    assert (*said, plan.instruments, plan.bookings) == numbers


def test_there_are_as_many_of_everything_as_planned(nation: Loaded) -> None:
    models = (Enterprise, Case, Station, Institution, CredentialScope, Expert, Equipment, Booking)
    assert [model._default_manager.count() for model in models] == [607, 817, 12, 40, 400, 130, 30, 1_000]
    assert Need.objects.count() > 817 < Referral.objects.count()
    assert CaseEvent.objects.count() > 8 * 817
    assert TrackRecord.objects.exists()
    assert InstitutionScore.objects.exists()


def test_few_cases_are_open_and_every_step_lies_in_the_past(nation: Loaded) -> None:
    share = Case.objects.filter(state__in=CASE_OPEN).count() / 817
    assert 0.005 < share < 0.06
    assert not CaseEvent.objects.filter(at__gt=NOW).exists()
    assert set(Case.objects.values_list("state", flat=True)) > {CaseState.FOLLOWED_UP, CaseState.IN_SERVICE}


def test_states_are_those_that_are_derived(nation: Loaded) -> None:
    """As the door would have left them: needs from their referrals, cases from their needs."""
    for case in Case.objects.filter(state__in=derivation.REOPENABLE).prefetch_related("needs", "referrals"):
        needs = list(case.needs.all())
        open_needs = {need.pk for need in needs if need.state not in NEED_TERMINAL}
        for need in needs:
            its = [row for row in case.referrals.all() if row.need_id == need.pk]
            assert need.state == derivation.state_of_need(need, its, open_needs)
        state = derivation.state_of_case(NeedState(need.state) for need in needs)
        assert state == (CaseState.CLOSED if case.state == CaseState.FOLLOWED_UP else case.state)
        owed = promises.earliest(needs, case.referrals.all())
        assert (case.due_at, case.due_clock) == (owed["due_at"], owed["due_clock"])


def test_every_triaged_case_has_the_decision_that_made_its_needs(nation: Loaded) -> None:
    triaged = Case.objects.filter(needs__isnull=False).distinct()
    assert Decision.objects.count() == triaged.count()
    for decision in Decision.objects.prefetch_related("case__needs"):
        items = [need.item_id for need in sorted(decision.case.needs.all(), key=lambda need: need.position)]
        assert decision.items == items


def test_clocks_that_run_fall_due_when_the_engine_says(nation: Loaded) -> None:
    segments = list(ClockSegment.objects.select_related("calendar").order_by("started_at", "id"))
    assert len({segment.clock for segment in segments if segment.ended_at is None}) > 4
    for segment in segments:
        counting = [
            one
            for one in segments
            if (one.subject_kind, one.subject_id, one.clock, one.begun_at)
            == (segment.subject_kind, segment.subject_id, segment.clock, segment.begun_at)
            and one.started_at < segment.started_at
        ]
        assert segment.due_at == reckon(segment, counting)


def test_open_cases_show_the_promise_that_falls_due_first(nation: Loaded) -> None:
    for case in Case.objects.filter(state__in=[CaseState.SUBMITTED, CaseState.RETURNED]):
        running = ClockSegment.objects.of("case", case.pk).open().filter(kind="run")
        assert case.due_at == min(running.values_list("due_at", flat=True))


def test_what_is_searched_is_what_the_portal_would_have_stored(nation: Loaded) -> None:
    for case in Case.objects.select_related("enterprise").order_by("-id")[:60]:
        firm = case.enterprise
        assert firm is not None
        made = search.vector((case.number, "A"), (case.text, "B"), (case.product, "C"), (firm.name, "C"))
        stored = case.search
        Case.objects.filter(pk=case.pk).update(search=made)
        case.refresh_from_db(fields=["search"])
        assert case.search == stored


def test_one_word_is_in_half_of_all_texts_and_others_in_few(nation: Loaded) -> None:
    common = search.match(Case.objects.all(), WORDS["closings"][0][-2:]).count() / 817
    assert 0.35 < common < 0.7
    products = {product for trade in WORDS["trades"] for product in trade["products"]}
    found = {product: search.match(Case.objects.all(), product).count() for product in products}
    assert min(found.values()) < 10 < max(found.values())


def test_enterprises_are_named_and_coded_as_on_registration(nation: Loaded) -> None:
    for firm in Enterprise.objects.all():
        assert firm.name_key == words.pinyin_key(firm.name)
        assert firm.uscc is not None
        assert check_uscc(firm.uscc).ok
        assert firm.name.startswith(WORDS["fictional"])


def test_follow_ups_are_owed_for_every_confirmed_referral(nation: Loaded) -> None:
    confirmed = Referral.objects.filter(state="confirmed").count()
    assert [FollowUp.objects.filter(rule=rule).count() for rule in ("first", "second")] == [confirmed] * 2


def test_rows_have_the_history_that_the_triggers_would_have_written(nation: Loaded) -> None:
    with connection.cursor() as cursor:
        for table, history in derived.HISTORIES.items():
            cursor.execute(
                f"SELECT count(*), count(*) FILTER (WHERE pgh_label = 'insert' AND pgh_obj_id = id) FROM {history}"
            )
            whole, right = cursor.fetchone()
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert (whole, right) == (*cursor.fetchone(), whole)


def test_every_key_index_and_trigger_is_back_and_in_force(nation: Loaded) -> None:
    assert shape() == nation.before


def test_the_next_rows_get_free_numbers(nation: Loaded) -> None:
    last = Case.objects.latest("pk")
    twin = Case.objects.create(number="QS-1", station=last.station, channel="web", submitted_at=last.submitted_at)
    assert twin.pk == last.pk + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        assert cursor.fetchone() == (int(last.number[-5:]) + 1,)


def test_the_same_seed_makes_the_same_rows_in_any_number_of_processes(nation: Loaded, tmp_path: Path) -> None:
    name = f"nation_{os.getpid()}"
    with databases.copied(name):
        environment = {**os.environ, "DATABASE_URL": databases.address(name), "PORTAL_VAR": str(tmp_path)}
        command = [sys.executable, "manage.py", "load_nation", "--scale", "0.001", "--now", NOW, "--jobs", "2"]
        subprocess.run(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL, check=True)
        with closing(psycopg2.connect(dbname=name, **databases.server())) as link, link.cursor() as other:
            made = digests(other)
    with connection.cursor() as cursor:
        here = digests(cursor)
    assert made.keys() == here.keys()
    assert not {table: (here[table], made[table]) for table in here if here[table] != made[table]}


def test_another_seed_makes_others(nation: Loaded) -> None:
    names = []
    for seed in (1, 2):
        plan = Plan(0.001, seed, ARGUMENTS["now"])
        firms = Firms(plan, Places(plan))
        names.append({firms.get(number).name for number in range(1, 101)})
    assert len(names[0] & names[1]) < 5
