"""Which experts and instruments are worth looking at closely: one query for each kind, however many there are."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from enterprises.models import Enterprise
from experts.models import Equipment, Expert, Institution
from services.cases.models import Need
from services.routing.facts import NeedFacts, Tie
from services.routing.gates import days_of
from services.routing.matching import seed_of
from services.routing.resources import calling, judging
from services.routing.resources.calling import EQUIPMENT, EXPERT
from services.routing.resources.found import Resource, Resources
from services.routing.resources.judging import FITS_FROM, WEIGHTS, WHOLLY
from services.routing.rules import Rules
from services.routing.shortlist import NEAR, place_of

BEST, NEAREST = 10, 10
TiesOf = Callable[[Institution], tuple[Tie, ...]]

_EXPERTS = """
WITH seen AS MATERIALIZED (
    SELECT
        one.id, one.available, one.region_id, one.employer_id, one.confirmed_at,
        least(count(*)::float8 / %(wholly)s, 1) AS fit
    FROM unnest(%(subjects)s::text[]) AS asked (subject) JOIN experts_expert AS one ON one.field_keys @> ARRAY[subject]
    GROUP BY one.id
    UNION ALL
    (
        SELECT id, available, region_id, employer_id, confirmed_at, 0::float8 FROM experts_expert
        WHERE region_id = %(region)s AND NOT field_keys && %(subjects)s::text[]
        ORDER BY id
        LIMIT %(nearest)s
    )
),
judged AS MATERIALIZED (
    SELECT
        one.id, one.fit, one.confirmed_at, {near} AS near,
        CASE
            WHEN one.fit = 0 THEN 'field'
            WHEN NOT one.available THEN 'availability'
            WHEN employer.standing IN ('suspended', 'removed') THEN 'standing'
            ELSE ''
        END AS gate
    FROM seen AS one LEFT JOIN experts_institution AS employer ON employer.id = one.employer_id
),
"""

_EQUIPMENT = """
WITH seen AS MATERIALIZED (
    SELECT
        instrument.id, instrument.available, instrument.calibrated_until, owner.standing, owner.region_id,
        owner.confirmed_at, CASE
            WHEN %(said)s = '' THEN NULL
            WHEN strpos(%(said)s, plain.name) > 0 THEN 1
            ELSE (
                SELECT count(*) FROM unnest(%(terms)s::text[]) AS term WHERE strpos(plain.whole, term) > 0
            )::float8 / greatest(cardinality(%(terms)s::text[]), 1)
        END AS fit
    FROM experts_equipment AS instrument
    JOIN experts_institution AS owner ON owner.id = instrument.owner_id
    CROSS JOIN LATERAL (
        SELECT
            lower(normalize(instrument.name, NFKC)) AS name,
            lower(normalize(concat_ws(' ', instrument.name, model, specification), NFKC)) AS whole
        OFFSET 0
    ) AS plain
),
judged AS MATERIALIZED (
    SELECT
        one.id, coalesce(one.fit, 0) AS fit, one.confirmed_at, {near} AS near,
        CASE
            WHEN one.fit < %(fits_from)s THEN 'field'
            WHEN NOT one.available THEN 'availability'
            WHEN one.calibrated_until < %(promised)s THEN 'calibration'
            WHEN one.standing NOT IN ('active', 'probation') THEN 'standing'
            ELSE ''
        END AS gate
    FROM seen AS one
),
"""

_CHOSEN = """
pointed AS MATERIALIZED (
    SELECT
        id, 100 * (
            %(w_fit)s * fit + %(w_distance)s * coalesce(near, 0.5)
            + %(w_freshness)s * least(1, greatest(0, 1 - coalesce(greatest(
                %(today)s - (confirmed_at AT TIME ZONE %(zone)s)::date, 0
            ), %(stale_after)s)::float8 / (2 * %(stale_after)s)))
        ) / (%(w_fit)s + %(w_distance)s + %(w_freshness)s) AS points
    FROM judged WHERE gate = ''
),
chosen AS (
    (
        SELECT id FROM pointed CROSS JOIN (SELECT max(points) - %(margin)s AS least FROM pointed) AS tie
        ORDER BY
            points >= tie.least DESC, CASE WHEN points < tie.least THEN -points END,
            encode(sha256(convert_to(%(seed)s || ' ' || id, 'UTF8')), 'hex')
        LIMIT %(best)s
    )
    UNION
    (SELECT id FROM judged WHERE gate <> '' ORDER BY coalesce(near, 0) DESC, gate, id LIMIT %(nearest)s)
)
SELECT id, gate, (
    SELECT jsonb_object_agg(gate, n) FROM (SELECT gate, count(*) AS n FROM judged GROUP BY gate) AS counted
)::text
FROM chosen JOIN judged USING (id)
"""

QUERIES = {kind: seen.format(near=NEAR) + _CHOSEN for kind, seen in ((EXPERT, _EXPERTS), (EQUIPMENT, _EQUIPMENT))}


def find(need: Need, facts: NeedFacts, rules: Rules, ties_of: TiesOf, *, now: datetime) -> tuple[Resources, ...]:
    """The experts and instruments for a need whose item asks for them: two queries for each kind."""
    return tuple(_of_kind(kind, need, facts, rules, ties_of, now=now) for kind in calling.kinds(need.item))


def _of_kind(kind: str, need: Need, facts: NeedFacts, rules: Rules, ties_of: TiesOf, *, now: datetime) -> Resources:
    today = timezone.localdate(now)
    subjects, said = calling.subjects(need), calling.instrument(need)
    terms = calling.terms(said)
    asked = _numbers(facts, rules, today) | {"subjects": subjects, "said": said, "terms": terms}
    ids, behind = _drawn(QUERIES[kind], asked)
    if kind == EXPERT:
        rows = Expert.objects.filter(pk__in=ids).select_related("employer").order_by("pk")
        everybody = [_expert(row, set(subjects), need.case.enterprise, ties_of) for row in rows]
    else:
        tools = Equipment.objects.filter(pk__in=ids).select_related("owner").order_by("pk")
        everybody = [_instrument(row, said, terms, ties_of) for row in tools]
    return judging.rank(facts, everybody, kind=kind, today=today, rules=rules, behind=behind)


def _numbers(facts: NeedFacts, rules: Rules, today: date) -> dict[str, Any]:
    return {
        **place_of(facts.region),
        **{f"w_{code}": weight for code, weight in WEIGHTS.items()},
        "today": today,
        "promised": max(days_of(facts, today)),
        "zone": timezone.get_current_timezone_name(),
        "seed": seed_of(today, facts.need),
        "margin": rules.near_tie,
        "stale_after": rules.stale_after,
        "wholly": WHOLLY,
        "fits_from": FITS_FROM,
        "best": BEST,
        "nearest": NEAREST,
    }


def _drawn(query: str, asked: dict[str, Any]) -> tuple[list[int], dict[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        rows = cursor.fetchall()
    behind: dict[str, int] = json.loads(rows[0][2]) if rows else {}
    for _pk, gate, _counts in rows:
        behind[gate] -= 1
    return [row[0] for row in rows], {gate: n for gate, n in behind.items() if n}


def _expert(row: Expert, subjects: set[str], client: Enterprise | None, ties_of: TiesOf) -> Resource:
    named = tuple(field for field in row.field_keys if field in subjects)
    employer = row.employer or Institution(name_zh=row.employer_name)
    return Resource(
        kind=EXPERT,
        id=row.pk,
        region=row.region_id or "",
        available=row.available,
        standing=row.employer.standing if row.employer else "",
        fit=min(len(named) / WHOLLY, 1.0),
        named=named,
        ties=ties_of(employer),
        declared=_declared(row.interests_declared, client),
        confirmed_on=timezone.localdate(row.confirmed_at) if row.confirmed_at else None,
    )


def _declared(interests: str, client: Enterprise | None) -> str | None:
    if not interests.strip():
        return None
    return client.name if client and client.name in interests else ""


def _instrument(row: Equipment, said: str, terms: list[str], ties_of: TiesOf) -> Resource:
    label = calling.plain(f"{row.name} {row.model} {row.specification}")
    part = sum(term in label for term in terms) / max(len(terms), 1)
    whole = calling.plain(row.name) in said
    return Resource(
        kind=EQUIPMENT,
        id=row.pk,
        region=row.owner.region_id,
        available=row.available,
        standing=row.owner.standing,
        fit=None if not said else 1.0 if whole else part,
        named=(calling.plain(row.name),) if whole else calling.shown(said, label),
        calibrated_until=row.calibrated_until,
        ties=ties_of(row.owner),
        confirmed_on=timezone.localdate(row.owner.confirmed_at),
    )
