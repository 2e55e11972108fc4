"""The scores of ``experts.scores`` for everybody, in one statement: every night, and for one of them on each answer.

Votes with no other of the same voter within the window certainly count; only the crowded ones, few in practice, are
walked from the newest. Each score is that of its own votes: those of one board, or all of the institution's (board "").
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from experts import scores
from experts.models import BoardMean, Rating
from portal.transactions import as_one

NIGHT = "SET LOCAL work_mem = '256MB'; SET LOCAL statement_timeout = '4min'"
"""Enough to sort a million votes without going to disk, and longer than a page may take."""

_STATEMENT = """
WITH RECURSIVE votes AS (
    SELECT
        ratings.id, ratings.institution_id, scope.board, ratings.enterprise_ref, ratings.grade, ratings.rated_at,
        %(day)s::date - (ratings.rated_at AT TIME ZONE %(zone)s)::date AS age
    FROM experts_rating AS ratings CROSS JOIN LATERAL (VALUES (ratings.board), ('')) AS scope (board)
    WHERE ratings.state = %(counted)s AND (ratings.rated_at AT TIME ZONE %(zone)s)::date <= %(day)s::date
        AND (%(institution)s::bigint IS NULL OR ratings.institution_id = %(institution)s)
),
neighbours AS (
    SELECT *,
        enterprise_ref IS NOT NULL AND (
            coalesce(lead(age) OVER of_voter - age < %(window)s, false)
            OR coalesce(age - lag(age) OVER of_voter < %(window)s, false)
        ) AS crowded
    FROM votes
    WINDOW of_voter AS (PARTITION BY institution_id, enterprise_ref, board ORDER BY age)
),
latest_of_day AS (
    SELECT DISTINCT ON (institution_id, board, enterprise_ref, age) *
    FROM neighbours
    WHERE crowded
    ORDER BY institution_id, board, enterprise_ref, age, rated_at DESC, id DESC
),
crowd AS MATERIALIZED (
    SELECT *,
        lag(age) OVER of_voter IS NULL AS newest,
        first_value(age) OVER (of_voter RANGE BETWEEN %(window)s FOLLOWING AND UNBOUNDED FOLLOWING) AS next_age
    FROM latest_of_day
    WINDOW of_voter AS (PARTITION BY institution_id, enterprise_ref, board ORDER BY age)
),
walked AS (
    SELECT institution_id, board, enterprise_ref, grade, age, next_age FROM crowd WHERE newest
    UNION ALL
    SELECT crowd.institution_id, crowd.board, crowd.enterprise_ref, crowd.grade, crowd.age, crowd.next_age
    FROM walked
    JOIN crowd USING (institution_id, board, enterprise_ref)
    WHERE crowd.age = walked.next_age
),
kept AS (
    SELECT institution_id, board, grade, age FROM neighbours WHERE NOT crowded
    UNION ALL
    SELECT institution_id, board, grade, age FROM walked
),
sums AS (
    SELECT
        institution_id, board, count(*) AS n,
        sum(power(0.5::float8, age::float8 / %(half_life)s)) AS weights,
        sum(power(0.5::float8, age::float8 / %(half_life)s) * grade) AS grades
    FROM kept
    GROUP BY institution_id, board
),
asked AS (
    SELECT institution_id, scope.board, count(*) AS asked, count(answered_at) AS answered
    FROM experts_asking AS askings CROSS JOIN LATERAL (VALUES (askings.board), ('')) AS scope (board)
    WHERE %(institution)s::bigint IS NULL OR institution_id = %(institution)s
    GROUP BY institution_id, scope.board
),
{means}
scored AS (
    SELECT
        asked.*, coalesce(n, 0) AS n, coalesce(weights, 0) AS weights,
        %(prior)s + coalesce(weights, 0) AS evidence,
        (%(prior)s * coalesce(means.value, %(middle)s) + coalesce(grades, 0)) / (%(prior)s + coalesce(weights, 0))
            AS value
    FROM asked
    LEFT JOIN sums USING (institution_id, board)
    LEFT JOIN means USING (board)
)
INSERT INTO experts_institutionscore
    (institution_id, board, value, lower, n, weights, asked, answered, rule_id, computed_at)
SELECT
    institution_id, board, value, greatest(1, value - %(spread)s / sqrt(evidence)), n, weights, asked, answered,
    %(rule)s, %(now)s
FROM scored
ON CONFLICT (institution_id, board) DO UPDATE SET
    (value, lower, n, weights, asked, answered, rule_id, computed_at)
    = (EXCLUDED.value, EXCLUDED.lower, EXCLUDED.n, EXCLUDED.weights, EXCLUDED.asked, EXCLUDED.answered,
       EXCLUDED.rule_id, EXCLUDED.computed_at)
    WHERE %(institution)s::bigint IS NOT NULL OR experts_institutionscore.computed_at <= EXCLUDED.computed_at
"""
_MEANS_AS_KEPT = "means AS (SELECT board, value FROM experts_boardmean),"
_MEANS_ANEW = """
means AS (
    SELECT board, sum(grades) / sum(weights) AS value FROM sums GROUP BY board
    UNION ALL
    SELECT '', %(middle)s WHERE NOT EXISTS (SELECT FROM sums)
),
means_written AS (
    INSERT INTO experts_boardmean (board, value, day, rule_id, computed_at)
    SELECT board, value, %(day)s, %(rule)s, %(now)s FROM means
    ON CONFLICT (board) DO UPDATE SET
        (value, day, rule_id, computed_at) = (EXCLUDED.value, EXCLUDED.day, EXCLUDED.rule_id, EXCLUDED.computed_at)
),
nobody_asked AS (
    DELETE FROM experts_institutionscore AS old WHERE NOT EXISTS (
        SELECT FROM asked WHERE asked.institution_id = old.institution_id AND asked.board = old.board
    )
),
"""


def reckon_if_due(now: datetime) -> bool:
    """Everybody's scores once a day, and again when another rule has begun. Whether it was to do."""
    rule, _numbers = scores.rule_in_force(now)
    if BoardMean.objects.filter(board="", day__gte=timezone.localdate(now), rule=rule).exists():
        return False
    reckon_all(now=now)
    return True


def reckon_all(*, now: datetime) -> int:
    """Every institution on every board, and the means of the boards. How many scores were written: whoever was answered
    about meanwhile has a newer one, which stays.
    """
    return _run(_MEANS_ANEW, None, now)


def reckon_one(institution: int, *, now: datetime) -> int:
    """One institution against the means as last reckoned; the caller holds the institution's row."""
    return _run(_MEANS_AS_KEPT, institution, now)


@as_one
def _run(means: str, institution: int | None, now: datetime) -> int:
    version, rule = scores.rule_in_force(now)
    values: dict[str, Any] = {
        "institution": institution,
        "counted": Rating.State.COUNTED,
        "zone": settings.TIME_ZONE,
        "day": timezone.localdate(now),
        "now": now,
        "middle": scores.MIDDLE,
        "rule": version,
        "prior": rule.prior_weight,
        "half_life": rule.half_life_days,
        "window": rule.window_days,
        "spread": rule.spread,
    }
    with connection.cursor() as cursor:
        if institution is None:
            cursor.execute(NIGHT)
        cursor.execute(_STATEMENT.replace("{means}", means), values)
        return cursor.rowcount
