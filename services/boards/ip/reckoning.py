"""The deadlines of rights by their rules, set-based: one statement writes those that are wanted, one takes away those
that no longer are. What is done stays as it was, and what was over before a right was entered is history.

Months end as the law counts them: on the same day of the month, or on its last where there is no such day.
"""

from collections.abc import Collection

from django.conf import settings
from django.db import connection

from portal.transactions import as_one
from services.clocks.models import WorkCalendar

LONGEST_CLOSURE = 40
"""Days in which there is a working day, whatever the holidays."""

_WORKING_DAY = """
    (SELECT min(day)::date FROM generate_series({day}, {day} + %(closure)s, interval '1 day') AS day
     LEFT JOIN clocks_calendarday AS special ON special.calendar_id = %(calendar)s AND special.date = day::date
     WHERE coalesce(special.windows <> '[]'::jsonb, extract(isodow FROM day)::int = ANY(%(weekdays)s)))
"""

_WANTED = f"""
WITH counted AS (
    SELECT
        rights.id AS right_id, rules.id AS rule_id, turn, rules.moves, rules.opens_months, rules.grace_months,
        rules.after_grant, rights.granted_on, (rights.created_at AT TIME ZONE %(zone)s)::date AS entered_on,
        (
            CASE rules.event
                WHEN 'filed_on' THEN rights.filed_on
                WHEN 'first_on' THEN coalesce(rights.priority_on, rights.filed_on)
                WHEN 'published_on' THEN rights.published_on
                WHEN 'granted_on' THEN rights.granted_on
                ELSE rights.notified_on
            END
            + make_interval(
                months => CASE rules.unit WHEN 'months' THEN 1 WHEN 'years' THEN 12 ELSE 0 END * rules.amount * turn,
                days => CASE rules.unit WHEN 'days' THEN 1 ELSE 0 END * rules.amount * turn
            )
        )::date - rules.ends_day_before::int AS ends
    FROM ip_right AS rights
    JOIN ip_deadlinerule AS rules ON rules.kind = rights.kind AND rights.state = ANY(rules.states) AND rules.active
    CROSS JOIN generate_series(1, rules.times) AS turn
    WHERE (%(rights)s::bigint[] IS NULL OR rights.id = ANY(%(rights)s))
        AND (%(rule)s::bigint IS NULL OR rules.id = %(rule)s)
),
placed AS (
    SELECT
        right_id, rule_id, turn, entered_on,
        CASE WHEN opens_months > 0 THEN (ends - make_interval(months => opens_months))::date END AS opens_on,
        CASE WHEN moves THEN {_WORKING_DAY.format(day="ends")} ELSE ends END AS due_on,
        CASE WHEN grace_months > 0 THEN (ends + make_interval(months => grace_months))::date END AS ends_grace,
        moves
    FROM counted
    WHERE ends IS NOT NULL AND (NOT after_grant OR ends > granted_on)
),
wanted AS (
    SELECT
        right_id, rule_id, turn, opens_on, due_on, entered_on,
        CASE WHEN moves THEN {_WORKING_DAY.format(day="ends_grace")} ELSE ends_grace END AS grace_until
    FROM placed
)
"""  # noqa: S608 - put together from the texts above only

_KEEP = f"""
{_WANTED}
INSERT INTO ip_deadline (right_id, rule_id, turn, opens_on, due_on, grace_until)
SELECT right_id, rule_id, turn, opens_on, due_on, grace_until FROM wanted
WHERE coalesce(grace_until, due_on) >= entered_on
ON CONFLICT (right_id, rule_id, turn) DO UPDATE
SET opens_on = excluded.opens_on, due_on = excluded.due_on, grace_until = excluded.grace_until
WHERE ip_deadline.done_on IS NULL
    AND (ip_deadline.opens_on, ip_deadline.due_on, ip_deadline.grace_until)
        IS DISTINCT FROM (excluded.opens_on, excluded.due_on, excluded.grace_until)
"""  # noqa: S608 - put together from the texts above only

_DROP = f"""
{_WANTED},
gone AS (
    DELETE FROM ip_deadline
    WHERE done_on IS NULL
        AND (%(rights)s::bigint[] IS NULL OR right_id = ANY(%(rights)s))
        AND (%(rule)s::bigint IS NULL OR rule_id = %(rule)s)
        AND NOT EXISTS (
            SELECT 1 FROM wanted
            WHERE wanted.right_id = ip_deadline.right_id AND wanted.rule_id = ip_deadline.rule_id
                AND wanted.turn = ip_deadline.turn AND coalesce(wanted.grace_until, wanted.due_on) >= wanted.entered_on
        )
    RETURNING id
)
UPDATE ip_order SET deadline_id = NULL WHERE deadline_id IN (SELECT id FROM gone)
"""  # noqa: S608 - put together from the texts above only


@as_one
def reckon(*, rights: Collection[int] | None = None, rule: int | None = None) -> None:
    """Bring deadlines up to date: of these rights, by this rule; None means all."""
    if rights is not None and not rights:
        return
    calendar = WorkCalendar.objects.filter(is_default=True).first()
    weekly = calendar.as_calendar().weekly if calendar else ((1,),) * 5 + ((),) * 2
    facts = {
        "rights": sorted(rights) if rights is not None else None,
        "rule": rule,
        "calendar": calendar.pk if calendar else None,
        "weekdays": [number for number, windows in enumerate(weekly, start=1) if windows] or list(range(1, 8)),
        "closure": LONGEST_CLOSURE,
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, facts)
        cursor.execute(_DROP, facts)
