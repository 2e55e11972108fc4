"""How fast matching is: ``launch.py bench matching [--json] [--plan] [--institutions N] [--rounds N]``.

draw   the one query that tries the gates and reckons the points of all holders of an item
rank   the whole answer to "who may be asked": facts, draw, the closer look, gates, factors, order
find   the experts, or the instruments, for a need that asks for them

For the most popular item, a popular one and a usual one, each asked for with a credential, a standard and a parameter;
then for a visit to a plant and for the use of an instrument. Warm, on a scratch database beside the one of
DATABASE_URL: 20,000 institutions with 40,000 credentials and 200,000 scope rows, 130,000 experts in 60 fields, 5,000
instruments, 80,000 capabilities (few items are offered by thousands, most by hundreds), 300,000 referrals of twelve
months. ``ms`` is what a clock on the wall says, ``database ms`` the time on the processor of the database for it, which
other work on the machine does not lengthen.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import scratch
from enterprises.models import Enterprise
from experts.models import CredentialType
from portal.reference.models import Region
from services.cases.models import Case, Need
from services.catalogue.models import Board, ServiceItem
from services.routing import actions, candidates, rules, shortlist, tracks
from services.routing.resources import drawing
from services.routing.resources.found import Resources
from services.stations.models import Station

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
ITEMS = 150
ASKED = {"most popular": 1, "popular": 10, "usual": 75}
TYPES = ("CMA", "CNAS_TESTING", "CCC", "CNAS_INSPECTION")
ANSWERS = {"test_basis": "GB/T 6952-2015", "test_items_text": "吸水率"}
BESIDE = {
    "experts": (151, "plant_visit_dates", "陶瓷裂纹多，质量管理乱，想请专家入厂"),
    "instruments": (152, "time_slots", ""),
}
ROUNDS, WARM = 60, 5
FILL = """
SELECT setseed(0.27);
SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0;
INSERT INTO experts_institution
    (id, name_zh, name_en, kind, standing, standing_reason, region_id, address, introduction_zh, introduction_en,
     contact_name, phone, email, weekly_capacity, confirmed_at, created_at)
SELECT
    n, '机构' || n, 'Body ' || n, 'institution',
    CASE WHEN n %% 25 = 0 THEN 'suspended' WHEN n %% 30 = 0 THEN 'probation' ELSE 'active' END, '',
    '51' || lpad((1 + floor(21 * random() ^ 2))::text, 2, '0') || lpad((1 + floor(8 * random()))::text, 2, '0'),
    '', '', '', '', '', '', CASE WHEN n %% 3 = 0 THEN 8 END, %(now)s::timestamptz - random() * interval '300 days',
    %(now)s
FROM generate_series(1, %(institutions)s) AS n;
INSERT INTO directory_capability
    (institution_id, item_id, state, designated, fee, price, promised_working_days, scope_note)
SELECT DISTINCT ON (institution, item)
    institution, 'TI-' || lpad(item::text, 3, '0'), CASE WHEN random() < 0.9 THEN 'approved' ELSE 'paused' END,
    random() < 0.1, (ARRAY['paid', 'paid', 'subsidised', 'free'])[1 + floor(4 * random())], '',
    CASE WHEN random() < 0.7 THEN 3 + floor(15 * random()) END, ''
FROM (
    SELECT 1 + n %% %(institutions)s AS institution, 1 + floor(%(items)s * random() ^ 1.4)::int AS item
    FROM generate_series(1, 4 * %(institutions)s) AS n
) AS offered;
INSERT INTO directory_capability_regions (capability_id, region_id)
SELECT
    id, CASE WHEN random() < 0.5 THEN '510000' ELSE '51' || lpad((1 + floor(21 * random()))::text, 2, '0') || '00' END
FROM directory_capability WHERE random() < 0.5;
INSERT INTO experts_credential
    (id, institution_id, type_id, number, issuer, valid_from, valid_to, state, state_reason, created_at)
SELECT
    n, 1 + n %% %(institutions)s,
    CASE WHEN n <= %(institutions)s THEN 'CMA' ELSE (ARRAY['CNAS_TESTING', 'CCC', 'CNAS_INSPECTION'])[1 + n %% 3] END,
    n::text, '', '2022-01-01',
    '2026-06-01'::date + floor(1500 * random())::int, CASE WHEN random() < 0.95 THEN 'valid' ELSE 'claimed' END, '',
    %(now)s
FROM generate_series(1, 2 * %(institutions)s) AS n;
INSERT INTO experts_credentialscope (credential_id, object, parameter, method, range, created_at)
SELECT
    1 + n %% (2 * %(institutions)s), '产品' || n %% 900,
    (ARRAY['吸水率', '抗裂性', '含水率', '硬度', ''])[1 + floor(5 * random())],
    CASE WHEN random() < 0.25 THEN 'GB/T 6952-2015'
        ELSE 'GB/T ' || (1000 + floor(30000 * random()))::int || '-2019' END,
    '', %(now)s
FROM generate_series(1, 10 * %(institutions)s) AS n;
INSERT INTO experts_expert
    (name, employer_id, employer_name, title, fields, languages, available, availability, phone, email,
     interests_declared, region_id)
SELECT
    '专家' || n, 1 + n %% %(institutions)s, '', '',
    concat_ws(
        '、', (ARRAY['陶瓷', '质量管理', '计量', '机械'])[1 + n %% 60], '领域' || (n %% 60), '方向' || (n * 7 %% 60)
    ), '',
    n %% 10 <> 0, '', '', '', CASE WHEN n %% 3 = 0 THEN '无' ELSE '' END,
    '51' || lpad((1 + n %% 21)::text, 2, '0') || '01'
FROM generate_series(1, 130000) AS n;
INSERT INTO experts_equipment
    (owner_id, name, model, specification, calibrated_until, fee, conditions, available)
SELECT
    1 + n %% %(institutions)s,
    (ARRAY['三坐标测量机', '扫描电子显微镜', '高低温试验箱', '万能试验机'])[1 + n %% 4] || n, '', '量程 ' || n,
    CASE WHEN n %% 5 > 0 THEN '2026-09-01'::date + n %% 500 END, '', '', n %% 12 <> 0
FROM generate_series(1, 5000) AS n;
INSERT INTO directory_absence (institution_id, begins_on, ends_on, reason)
SELECT n, '2026-11-15', '2026-11-25', '' FROM generate_series(1, %(institutions)s, 40) AS n;
INSERT INTO cases_referral
    (institution_id, need_id, case_id, handler_id, state, version, fee, plan, decline_reason, reason, offered_at,
     accepted_at, delivered_at, confirmed_at, confirmed_automatically)
SELECT
    1 + floor(%(institutions)s * random() ^ 1.3), 1000000 + n, 1000000 + n, 1,
    (ARRAY['confirmed', 'confirmed', 'confirmed', 'confirmed', 'confirmed', 'confirmed', 'confirmed', 'expired',
        'declined', 'in_progress'])[1 + n %% 10],
    1, 'paid', '', CASE WHEN n %% 10 = 8 THEN 'no_capacity' ELSE '' END, '', at,
    CASE WHEN n %% 10 IN (7, 8) THEN NULL ELSE at + random() * interval '30 hours' END,
    CASE WHEN n %% 10 < 7 THEN at + interval '9 days' END, CASE WHEN n %% 10 < 7 THEN at + interval '10 days' END, FALSE
FROM (
    SELECT n, %(now)s::timestamptz - random() * interval '360 days' AS at
    FROM generate_series(1, 15 * %(institutions)s) AS n
) AS offered;
INSERT INTO clocks_clocksegment
    (subject_kind, subject_id, clock, kind, begun_at, started_at, ended_at, due_at, reason, actor, round_the_clock,
     calendar_version, calendar_id)
SELECT
    'referral', id, 'delivery', 'run', accepted_at, accepted_at, delivered_at,
    delivered_at + (random() - 0.2) * interval '3 days', '', '', TRUE, 1, 1
FROM cases_referral WHERE delivered_at IS NOT NULL;
INSERT INTO experts_institutionscore
    (institution_id, board, value, lower, n, weights, asked, answered, computed_at)
SELECT n, 'TI', 3.5 + random(), 3 + random(), 1 + floor(20 * random()), 5, 40, 20, %(now)s
FROM generate_series(1, %(institutions)s) AS n WHERE random() < 0.6;
"""


def fill(institutions: int) -> None:
    """Everything made in the database, the same each time; the places and items by hand."""
    province = Region.objects.create(code="510000", level=1, name_zh="测速省", name_en="Province")
    for prefecture in range(1, 22):
        code = f"51{prefecture:02}"
        city = Region.objects.create(code=f"{code}00", level=2, name_zh=f"市{code}", name_en=code, parent=province)
        counties = [
            Region(code=f"{code}{county:02}", level=3, name_zh=f"县{code}{county}", name_en=code, parent=city)
            for county in range(1, 9)
        ]
        Region.objects.bulk_create(counties)
    CredentialType.objects.bulk_create(CredentialType(code=code, name_zh=code, name_en=code) for code in TYPES)
    board = Board.objects.create(code="TI", slug="ti", name_zh="检", name_en="T", service_class="nqi", order=1)
    items = [
        ServiceItem(
            code=f"TI-{number:03}",
            board=board,
            order=number,
            name_zh=f"事项{number}",
            name_en=f"Item {number}",
            required_credentials=["CMA"],
            credential_mode="all",
            promised_working_days=10,
            promise_covers="result",
            delivery=[],
            intake_questions=[{"key": asks} for at, asks, _said in BESIDE.values() if at == number],
        )
        for number in range(1, ITEMS + 3)
    ]
    ServiceItem.objects.bulk_create(items)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FILL, {"institutions": institutions, "items": ITEMS, "now": NOW})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def need_of(number: int, said: str = "") -> Need:
    """A need of an enterprise in a county, as the desk loads it."""
    county = Region.objects.get(code="510103")
    station, _made = Station.objects.get_or_create(
        name_zh="中心", defaults={"kind": Station.Kind.CENTRE, "region": county, "line": [1]}
    )
    firm = Enterprise.objects.create(name=f"企业{number}", region=county)
    case = Case.objects.create(
        number=f"B{number}", channel="web", enterprise=firm, station=station, submitted_at=NOW, state="in_service"
    )
    made = Need.objects.create(
        case=case,
        item_id=f"TI-{number:03}",
        description=said,
        board_id="TI",
        position=1,
        answers=ANSWERS | {"equipment_name": "三坐标测量机"},
        state="seeking",
        item_version=1,
        created_at=NOW,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_case, cases_need, enterprises_enterprise")  # as they would be known in use
    return actions.load(made.pk)


def measure(rounds: int) -> dict[str, dict[str, float]]:
    today = timezone.localdate(NOW)
    found: dict[str, dict[str, float]] = {}
    began = perf_counter()
    tracks.reckon(NOW)
    found["reckon tracks"] = {"seconds": round(perf_counter() - began, 1)}
    for name, number in ASKED.items():
        found[name] = _one(need_of(number), today, rounds)
    for name, (number, _asks, said) in BESIDE.items():
        found[name] = _beside(need_of(number, said), today, rounds)
    return found


def _beside(need: Need, today: date, rounds: int) -> dict[str, float]:
    facts, numbers = candidates.facts_of(need), rules.in_force(today)

    def find() -> Resources:
        [found] = drawing.find(need, facts, numbers, lambda _institution: (), now=NOW)
        return found

    found = find()
    return {
        "looked at": len(found.ranked) + len(found.excluded) + sum(found.behind.values()),
        "listed": len(found.ranked) + len(found.excluded),
        **_times("find", rounds, find),
    }


def _one(need: Need, today: date, rounds: int) -> dict[str, float]:
    facts, numbers, nobody = candidates.facts_of(need), rules.in_force(today), shortlist.Known()
    drawn = shortlist.draw(facts, numbers, nobody, worked=[], now=NOW)
    match = actions.rank(need, now=NOW)
    return {
        "holders": len(drawn.seen) + sum(drawn.behind.values()),
        "passed": drawn.behind.get("", 0) + sum(1 for each in drawn.seen.values() if not each.gate),
        "listed": len(match.ranked) + len(match.excluded),
        **_times("draw", rounds, lambda: shortlist.draw(facts, numbers, nobody, worked=[], now=NOW)),
        **_times("rank", rounds, lambda: actions.rank(need, now=NOW)),
    }


def _times(name: str, rounds: int, run: Callable[[], Any]) -> dict[str, float]:
    """Warm: the first rounds do not count."""
    taken, worked = [], []
    for _each in range(rounds + WARM):
        before, began = _on_processor(), perf_counter()
        run()
        taken.append(1000 * (perf_counter() - began))
        worked.append(_on_processor() - before)
    found = {
        f"{name} median ms": round(median(taken[WARM:]), 1),
        f"{name} p95 ms": round(quantiles(taken[WARM:], n=20)[-1], 1),
    }
    return found | ({f"{name} database ms": round(median(worked[WARM:]), 1)} if any(worked) else {})


def _on_processor() -> float:
    """Milliseconds that the process of the database behind this connection has worked; 0 where it is elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return int(told.read_text(encoding="ascii").split()[0]) / 1e6 if told.exists() else 0.0


def plan() -> str:
    """How the database answers for the most popular item."""
    need = actions.load(Need.objects.order_by("pk").values_list("pk", flat=True)[0])
    query = shortlist.query_of(candidates.facts_of(need), rules.FIRST, shortlist.Known(), worked=[], now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query[0]}", query[1])
        return "\n".join(row[0] for row in cursor.fetchall())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--plan", action="store_true", help="also print the plan for the most popular item")
    parser.add_argument("--institutions", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    with scratch.database():
        fill(asked.institutions)
        measured = measure(asked.rounds)
        explained = plan() if asked.plan else ""
    if asked.json:
        print(json.dumps(measured))
        return 0
    for name, figures in measured.items():
        print(f"{name}: " + ", ".join(f"{label} {figure}" for label, figure in figures.items()))
    print(explained)
    return 0


if __name__ == "__main__":
    sys.exit(main())
