"""Who of all holders of a capability is worth looking at closely: one query, however many there are.

The database tries the gates that need nothing but columns, reckons the points of those that pass, and gives back the
best, the nearest of the excluded, and everybody the need has something to do with. ``gates`` and ``factors`` then judge
these few again, with everything; a test holds both to the same answers. What the database cannot decide, it lets pass.
A gate is tried only on those that the gates before it let in, and points are reckoned only for those that passed all;
what each has in hand serves both, and is counted once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.reference.models import code_ancestors, code_prefix
from services.cases.states import REFERRAL_LIVE
from services.catalogue.models import CredentialMode
from services.routing.facts import NeedFacts, Record
from services.routing.gates import days_of
from services.routing.matching import seed_of
from services.routing.rules import Rules

BEST, NEAREST = 40, 20
MOST_STATED = 5
"""So many standards and as many parameters the database looks for; the rest is left to the closer look."""


@dataclass(frozen=True)
class Known:
    """Somebody the need has to do with, who is looked at whatever the points: ``institutions``, those of the same
    ``groups``, and whoever is called so.
    """

    institutions: Sequence[int] = ()
    groups: Sequence[int] = ()
    names: Sequence[str] = ()
    uscc: str = ""


@dataclass(frozen=True)
class Seen:
    """What the query saw of one of the shortlist."""

    institution: int
    gate: str
    record: Record
    rated_on: date | None


@dataclass(frozen=True)
class Shortlist:
    """``behind``: how many more there are, by the gate that shuts them out, "" for those that passed."""

    seen: dict[int, Seen]
    behind: dict[str, int]


NEAR = """CASE
            WHEN %(region)s = '' OR one.region_id IS NULL OR one.region_id = '' THEN NULL
            WHEN %(finer)s AND left(one.region_id, 6) = %(county)s THEN 1
            WHEN %(finer)s AND substr(one.region_id, 3, 4) <> '0000'
                AND left(one.region_id, 4) = left(%(county)s, 4) THEN 0.8
            WHEN left(one.region_id, 2) = left(%(county)s, 2) THEN 0.5
            ELSE 0.2
        END::float8"""
"""How near ``one`` is, as :func:`services.routing.places.nearness` says; takes :func:`place_of`."""

_QUERY = """
WITH gated AS MATERIALIZED (
    SELECT
        one.id, one.standing, one.weekly_capacity AS capacity, one.confirmed_at, capability.fee,
        capability.promised_working_days AS days, papers.*, hand.*,
        one.id = ANY(%(known)s) OR one.group_id = ANY(%(groups)s) OR one.name_zh = ANY(%(names)s)
            OR one.uscc = %(uscc)s AS known,
        {near} AS near,
        CASE
            WHEN capability.state <> 'approved' THEN 'capability'
            WHEN one.standing NOT IN ('active', 'probation') THEN 'standing'
            WHEN least(papers.today, papers.promised) < %(needed)s THEN 'credential'
            WHEN %(binding)s AND good < %(standards)s AND plain > 0 AND plain = papers.today THEN 'scope'
            WHEN %(designated)s AND NOT capability.designated THEN 'designated'
            WHEN %(region)s <> '' AND (
                SELECT NOT bool_or(region_id = ANY(%(around)s) OR region_id LIKE %(within)s)
                FROM directory_capability_regions WHERE capability_id = capability.id
            ) THEN CASE WHEN %(designated)s THEN 'designated' ELSE 'region' END
            WHEN EXISTS (
                SELECT FROM directory_absence
                WHERE institution_id = one.id AND begins_on <= %(today)s AND ends_on >= %(today)s
            ) THEN 'absence'
            WHEN one.weekly_capacity <= hand.this_week THEN 'capacity'
            ELSE ''
        END AS gate
    FROM directory_capability AS capability
    JOIN experts_institution AS one ON one.id = capability.institution_id
    CROSS JOIN LATERAL (
        SELECT
            {held_today} AS today, {held_then} AS promised, {plain} AS plain, {good} AS good, {named} AS named,
            {parameters} AS parameters
        FROM experts_credential AS own {lines}
        WHERE own.institution_id = one.id AND own.type_id = ANY(%(codes)s) AND own.state = 'valid'
            AND capability.state = 'approved' AND one.standing IN ('active', 'probation')
    ) AS papers
    CROSS JOIN LATERAL (
        SELECT
            count(*) FILTER (WHERE state <> 'offered') AS live,
            count(*) FILTER (WHERE accepted_at >= %(monday)s) AS this_week
        FROM cases_referral WHERE institution_id = one.id AND state = ANY(%(in_hand)s)
    ) AS hand
    WHERE capability.item_id = %(item)s AND one.kind <> 'centre'
),
pointed AS MATERIALIZED (
    SELECT
        gated.id,
        100 * (
            %(w_distance)s * coalesce(near, 0.5)
            + w_rating * (coalesce(score.lower, prior.lower) - 1) / 4
            + %(w_on_time)s * (coalesce(on_time, 0) + 2.4::float8) / (coalesce(delivered, 0) + 3)
            + %(w_acceptance)s * (
                0.7::float8 * (coalesce(accepted, 0) + 2.4::float8) / (coalesce(offered, 0) + 3)
                + 0.3::float8 * coalesce(least(1, greatest(0, (48 - hours_to_answer) / 44)), 0.5)
            )
            + %(w_load)s * greatest(0, 1 - live::float8 / coalesce(2 * nullif(capacity, 0), 10))
            + %(w_promise)s * coalesce(least(1, greatest(0, 1.5 - days::float8 / %(usual)s)), 0.5)
            + %(w_price)s * CASE fee
                WHEN 'free' THEN 1::float8 WHEN 'subsidised' THEN 0.6 WHEN 'paid' THEN 0.2 ELSE 0.5
            END
            + %(w_freshness)s * least(1, greatest(0, 1 - greatest(
                %(today)s - (confirmed_at AT TIME ZONE %(zone)s)::date, 0
            )::float8 / (2 * %(stale_after)s)))
            + %(w_past_work)s * (gated.id = ANY(%(worked)s))::int
            + %(w_credential)s * gated.today::float8 / greatest(%(codes_asked)s, 1)
            + %(w_scope)s * (
                good + CASE WHEN plain = 0 THEN (%(standards)s - good) / 2::float8 ELSE 0 END
                + CASE WHEN parameters > 0 THEN named ELSE %(parameters)s / 2::float8 END
            ) / greatest(%(standards)s + %(parameters)s, 1)
        ) / nullif(w_rating + w_standing + %(weights)s, 0)::float8 AS points
    FROM gated
    CROSS JOIN (
        SELECT greatest(
            1, coalesce(mean.value, 3) - coalesce(rule.spread, 1) / sqrt(coalesce(rule.prior_weight, 5))
        ) AS lower
        FROM (SELECT %(board)s AS board) AS wanted
        LEFT JOIN experts_boardmean AS mean ON mean.board = wanted.board
        LEFT JOIN experts_scorerule AS rule ON rule.id = mean.rule_id
    ) AS prior
    {track} {score}
    CROSS JOIN LATERAL (
        SELECT
            CASE WHEN coalesce(score.n, 0) >= %(rating_from)s THEN %(w_rating)s ELSE %(w_rating_few)s END AS w_rating,
            CASE WHEN standing = 'probation' THEN %(w_standing)s ELSE 0 END AS w_standing
    ) AS weights
    WHERE gate = ''
),
chosen AS MATERIALIZED (
    (
        SELECT id
        FROM pointed CROSS JOIN (SELECT max(points) - %(margin)s AS least FROM pointed) AS tie
        ORDER BY
            points >= tie.least DESC, CASE WHEN points < tie.least THEN -points END,
            encode(sha256(convert_to(%(seed)s || ' ' || id, 'UTF8')), 'hex')
        LIMIT %(best)s
    )
    UNION
    (
        SELECT id FROM gated WHERE gate <> ''
        ORDER BY coalesce(near, 0) DESC, gate, id
        LIMIT %(nearest)s
    )
    UNION
    SELECT id FROM gated WHERE known
)
SELECT
    gated.id, gate, offered, accepted, hours_to_answer, delivered, on_time, day, live, this_week,
    (computed_at AT TIME ZONE %(zone)s)::date, (
        SELECT jsonb_object_agg(gate, n) FROM (SELECT gate, count(*) AS n FROM gated GROUP BY gate) AS counted
    )::text
FROM chosen JOIN gated ON gated.id = chosen.id {track} {score}
"""

_TRACK = """
    LEFT JOIN LATERAL (
        SELECT * FROM routing_trackrecord WHERE institution_id = gated.id OFFSET 0
    ) AS track ON TRUE
"""
_SCORE = """
    LEFT JOIN LATERAL (
        SELECT * FROM experts_institutionscore WHERE institution_id = gated.id AND board = %(board)s OFFSET 0
    ) AS score ON TRUE
"""
"""Looked up one by one: these are few, and the planner would rather read both tables whole."""

_LINES = """
        LEFT JOIN experts_credentialscope AS line ON line.credential_id = own.id
            AND own.valid_from <= %(today)s AND (own.valid_to >= %(today)s) IS NOT FALSE
            AND (line.since <= %(today)s) IS NOT FALSE AND (line.until >= %(today)s) IS NOT FALSE
"""


def draw(
    need: NeedFacts,
    rules: Rules,
    known: Known,
    *,
    worked: Sequence[int],
    now: datetime,
    best: int | None = BEST,
) -> Shortlist:
    """The shortlist of a need; everybody where ``best`` is None.

    :param worked: institutions that have done work for this enterprise.
    """
    query, facts = query_of(need, rules, known, worked=worked, now=now, best=best)
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        rows = cursor.fetchall()
    seen = {row[0]: _seen(row) for row in rows}
    behind: dict[str, int] = json.loads(rows[0][-1]) if rows else {}
    for each in seen.values():
        behind[each.gate] -= 1
    return Shortlist(seen, {gate: n for gate, n in behind.items() if n})


def query_of(
    need: NeedFacts, rules: Rules, known: Known, *, worked: Sequence[int], now: datetime, best: int | None = BEST
) -> tuple[str, dict[str, Any]]:
    """The query and its parameters."""
    scope, stated = _scope(need)
    facts = {**_facts(need, now), **_numbers(need, rules), **stated, **_people(known, worked, best)}
    in_force = "own.valid_from <= %({0})s AND (own.valid_to >= %({0})s) IS NOT FALSE"
    held = {f"held_{day}": _types(in_force.format(day), need) for day in ("today", "then")}
    return _QUERY.format(**scope, **held, near=NEAR, track=_TRACK, score=_SCORE), facts


def _types(condition: str, need: NeedFacts) -> str:
    """How many of the types asked for fulfil a condition: of one type whether, which need not be sorted."""
    if len(set(need.requirement.codes)) == 1:
        return f"coalesce(bool_or({condition}), FALSE)::int"
    return f"count(DISTINCT own.type_id) FILTER (WHERE {condition})"


def _seen(row: Sequence[Any]) -> Seen:
    pk, gate, offered, accepted, hours, delivered, on_time, day, live, this_week, rated_on, _counts = row
    counted = Record(offered or 0, accepted or 0, hours, delivered or 0, on_time or 0, live, this_week, day)
    return Seen(pk, gate, counted, rated_on)


def _facts(need: NeedFacts, now: datetime) -> dict[str, Any]:
    local = timezone.localtime(now)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    today, then = days_of(need, local.date())
    wanted = need.requirement
    needed = {CredentialMode.ALL: len(set(wanted.codes)), CredentialMode.ANY: 1} if wanted.binding else {}
    return {
        "item": need.item,
        "board": need.board,
        "today": today,
        "then": then,
        "monday": monday,
        "zone": timezone.get_current_timezone_name(),
        "seed": seed_of(today, need.need),
        "codes": list(wanted.codes),
        "codes_asked": len(wanted.codes),
        "needed": needed.get(CredentialMode(wanted.mode), 0),
        "binding": wanted.binding,
        "designated": need.designated_only,
        **place_of(need.region),
        "around": [*code_ancestors(need.region), need.region] if need.region else [],
        "within": f"{code_prefix(need.region) if need.region else ''}%",
        "usual": max(need.promised_days, 1),
        "in_hand": sorted(REFERRAL_LIVE),
    }


def place_of(region: str) -> dict[str, Any]:
    """What :data:`NEAR` compares with."""
    prefix = code_prefix(region) if region else ""
    return {"region": region, "county": prefix[:6].ljust(6, "0"), "finer": len(prefix) > 2}


def _numbers(need: NeedFacts, rules: Rules) -> dict[str, Any]:
    """Weights by factor, nought where a factor does not apply, and the sum of those that are the same for everybody."""
    wanted = need.requirement
    preferred = wanted.mode == CredentialMode.PREFERRED and bool(wanted.codes)
    applies = {"credential": preferred, "scope": bool(wanted.codes and (need.standards or need.parameters))}
    weights = {code: rules.weight(code) if applies.get(code, True) else 0 for code in rules.weights}
    own = {"rating", "standing"}
    return {
        **{f"w_{code}": weight for code, weight in weights.items()},
        "w_rating_few": rules.rating_weight(0) if rules.rating_from else rules.weight("rating"),
        "rating_from": rules.rating_from,
        "stale_after": rules.stale_after,
        "margin": rules.near_tie,
        "weights": sum(weight for code, weight in weights.items() if code not in own),
    }


def _scope(need: NeedFacts) -> tuple[dict[str, str], dict[str, Any]]:
    """The part of the query about scopes, only where the need states anything; and what it looks for."""
    standards, parameters = need.standards[:MOST_STATED], need.parameters[:MOST_STATED]
    stated: dict[str, Any] = {"standards": len(standards), "parameters": len(parameters)}
    if not need.requirement.codes or not (standards or parameters):
        return {"plain": "0", "good": "0", "named": "0", "parameters": "0", "lines": ""}, stated
    stated |= {f"standard_{at}": f"%{each.number}%" for at, each in enumerate(standards)}
    stated |= {f"parameter_{at}": each for at, each in enumerate(parameters)}
    good = [f"line.method_key LIKE %(standard_{at})s" for at in range(len(standards))]
    named = [_NAMED.format(f"%(parameter_{at})s") for at in range(len(parameters))]
    return {
        "plain": _types("line.method_plain", need),
        "good": _met(good),
        "named": _met(named),
        "parameters": "count(*) FILTER (WHERE line.parameter <> '')",
        "lines": _LINES,
    }, stated


_NAMED = "line.parameter <> '' AND (strpos(line.parameter, {0}) > 0 OR strpos({0}, line.parameter) > 0)"


def _met(conditions: list[str]) -> str:
    """How many conditions some line fulfils."""
    return " + ".join(f"coalesce(bool_or({each}), FALSE)::int" for each in conditions) or "0"


def _people(known: Known, worked: Sequence[int], best: int | None) -> dict[str, Any]:
    return {
        "worked": list(worked),
        "known": list(known.institutions),
        "groups": list(known.groups),
        "names": [name for name in known.names if name],
        "uscc": known.uscc or None,
        "best": best,
        "nearest": NEAREST if best else None,
    }
