"""How fast scores are reckoned: ``launch.py bench ratings [--json] [--institutions N] [--ratings N]``.

reckon_all  every institution on every board and on all of them together, and the means of the boards
reckon_one  what a single answer costs: the institution with most answers
load        the scores of 200 institutions as matching reads them

On a scratch database beside the one of DATABASE_URL. Answers lie in the last five years; a few institutions have
hundreds, most a handful; every third comes from an enterprise that has answered about this institution within weeks.
"""

import argparse
import json
import sys
from datetime import datetime
from time import perf_counter

from django.db import connection, transaction

from benchmarks import scratch
from experts import reckoning, scores
from experts.models import Institution, InstitutionScore, Rating
from portal.reference.models import Region

NOW = datetime.fromisoformat("2026-11-20T03:00:00+08:00")
FILL = """
SELECT setseed(0.27);
SET session_replication_role = replica; SET LOCAL statement_timeout = 0;
INSERT INTO experts_asking (referral_ref, institution_id, board, asked_at, answered_at)
SELECT
    n, %(first)s + floor(%(institutions)s * random() ^ 1.5), (ARRAY['SM', 'CA', 'TI', 'IP', 'MC', 'LS'])[1 + n %% 6],
    %(now)s::timestamptz - random() * interval '5 years', NULL
FROM generate_series(1, %(ratings)s * 3 / 2) AS n;
UPDATE experts_asking SET answered_at = asked_at + interval '1 day' WHERE referral_ref <= %(ratings)s;
INSERT INTO experts_rating
    (institution_id, board, referral_ref, enterprise_ref, grade, solved, comment, source, state, rated_at)
SELECT
    institution_id, board, referral_ref,
    CASE WHEN referral_ref %% 3 = 0 THEN institution_id ELSE floor(random() * 60000) END,
    1 + floor(5 * random() ^ 0.4), true, '', 'link', CASE WHEN referral_ref %% 200 = 0 THEN 'under_appeal'
    ELSE 'counted' END, answered_at
FROM experts_asking WHERE answered_at IS NOT NULL;
SET session_replication_role = DEFAULT;
ANALYZE experts_institution, experts_asking, experts_rating;
"""


def fill(institutions: int, ratings: int) -> None:
    """Institutions and answers made in the database, the same each time."""
    region = Region.objects.create(code="510000", level=Region.Level.PROVINCE, name_zh="测速省")
    rows = [
        Institution(name_zh=f"机构{number}", standing=Institution.Standing.ACTIVE, region=region)
        for number in range(institutions)
    ]
    made = Institution.objects.bulk_create(rows, batch_size=1000)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FILL, {"first": made[0].pk, "institutions": institutions, "ratings": ratings, "now": NOW})


def measure() -> dict[str, dict[str, float]]:
    began = perf_counter()
    written = reckoning.reckon_all(now=NOW)
    everybody = perf_counter() - began
    busiest = InstitutionScore.objects.filter(board="").latest("n")
    began = perf_counter()
    reckoning.reckon_one(busiest.institution_id, now=NOW)
    one = perf_counter() - began
    some = list(InstitutionScore.objects.filter(board="TI").values_list("institution", flat=True)[:200])
    began = perf_counter()
    scores.load(some, board="TI")
    loaded = perf_counter() - began
    return {
        "reckon_all": {"ratings": Rating.objects.count(), "scores": written, "seconds": round(everybody, 1)},
        "reckon_one": {"votes": busiest.n, "ms": round(1000 * one, 1)},
        "load": {"institutions": len(some), "ms": round(1000 * loaded, 1)},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--institutions", type=int, default=20_000)
    parser.add_argument("--ratings", type=int, default=817_000)
    asked = parser.parse_args()
    with scratch.database():
        fill(asked.institutions, asked.ratings)
        measured = measure()
    if asked.json:
        print(json.dumps(measured))
        return 0
    for name, figures in measured.items():
        print(f"{name}: " + ", ".join(f"{label} {figure}" for label, figure in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
