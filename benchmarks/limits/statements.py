"""The fewest statements for the rows of a page; each takes the names of its values.

``%(user)s`` is who is signed in; everything else comes with the address, as it does for the portal.
"""

BY_SESSION = """
SELECT u.id, u.name, u.role, s.session_data FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id
WHERE s.session_key = %s AND s.expire_date > now() AND u.is_active
"""
BY_KEY = """
SELECT u.id, u.name, u.role, t.role FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND u.is_active
"""
_STATIONS = """
c.station_id = ANY(ARRAY(
    SELECT id FROM stations_station
    WHERE line && ARRAY(SELECT station_id FROM stations_assignment WHERE user_id = %(user)s)
))
"""
_ROWS = """
SELECT c.id, c.number, c.state, c.urgency, c.channel, c.text, c.product, c.due_at, c.submitted_at, e.name, o.name
FROM cases_case c
LEFT JOIN enterprises_enterprise e ON e.id = c.enterprise_id LEFT JOIN accounts_user o ON o.id = c.owner_id
WHERE
"""
_NEEDS = """
SELECT n.case_id, n.position, n.state, b.code, b.name_zh FROM cases_need n JOIN catalogue_board b ON b.code = n.board_id
WHERE n.case_id = ANY(%(ids)s) ORDER BY n.position
"""
_ONE = """
SELECT c.id, c.number, c.state, c.version, c.urgency, c.channel, c.text, c.product, c.contact_name, c.contact_phone,
    c.due_at, c.submitted_at, e.name, o.name, s.name_zh
FROM cases_case c JOIN stations_station s ON s.id = c.station_id
LEFT JOIN enterprises_enterprise e ON e.id = c.enterprise_id LEFT JOIN accounts_user o ON o.id = c.owner_id
WHERE c.number = %(number)s
"""
_OF_ONE = (
    """
SELECT n.id, n.position, n.state, n.description, i.name_zh, b.name_zh FROM cases_need n
JOIN catalogue_serviceitem i ON i.code = n.item_id JOIN catalogue_board b ON b.code = n.board_id
WHERE n.case_id = ANY(%(ids)s) ORDER BY n.position
""",
    """
SELECT r.id, r.need_id, r.state, r.due_at, r.plan, x.name_zh FROM cases_referral r
JOIN experts_institution x ON x.id = r.institution_id WHERE r.case_id = ANY(%(ids)s) ORDER BY r.id DESC
""",
    """
SELECT v.id, v.verb, v.note, v.at, v.rule, p.name FROM cases_caseevent v LEFT JOIN accounts_user p ON p.id = v.person_id
WHERE v.case_id = ANY(%(ids)s) ORDER BY v.id DESC
""",
)
_OWN = """
(c.submitter_id = %(user)s OR c.enterprise_id = ANY(ARRAY(
    SELECT enterprise_id FROM enterprises_membership WHERE user_id = %(user)s AND state = 'active'
)))
"""
_REFERRALS = """
SELECT r.id, r.state, r.version, r.plan, r.due_at, r.offered_at, r.accepted_at, r.delivered_at, r.confirmed_at,
    r.need_id, c.number, c.text, n.item_id, n.description, i.name_zh, x.name_zh
FROM cases_referral r JOIN cases_case c ON c.id = r.case_id JOIN cases_need n ON n.id = r.need_id
JOIN catalogue_serviceitem i ON i.code = n.item_id JOIN experts_institution x ON x.id = r.institution_id
"""
_FOUND = "c.search @@ to_tsquery('simple', %(words)s)"
_NEWEST = "ORDER BY c.id DESC LIMIT 26"

# Of each kind: the rows, then what is read about them. The first column of the rows is their key.
KINDS: dict[str, tuple[str, ...]] = {
    "queue": (f"{_ROWS} {_STATIONS} AND c.state = 'submitted' ORDER BY c.due_at, c.id LIMIT 26", _NEEDS),
    "filtered": (
        f"""{_ROWS} {_STATIONS} AND c.state IN ('in_service', 'awaiting_confirmation') AND c.urgency = %(urgency)s
        AND EXISTS (SELECT FROM cases_need n WHERE n.case_id = c.id AND n.board_id = %(board)s)
        ORDER BY c.due_at, c.id LIMIT 26""",
        _NEEDS,
    ),
    "search": (f"{_ROWS} {_STATIONS} AND {_FOUND} {_NEWEST}", _NEEDS),
    "number": (f"{_ONE} AND {_STATIONS}",),
    "case": (f"{_ONE} AND {_STATIONS}", *_OF_ONE),
    "own-case": (f"{_ONE} AND {_OWN}", *_OF_ONE),
    "desk-list": (f"{_ROWS} {_STATIONS} {_NEWEST}",),
    "own-list": (f"{_ROWS} {_OWN} {_NEWEST}",),
    "referrals": (
        f"{_REFERRALS} WHERE {_STATIONS} ORDER BY r.id DESC LIMIT 26",
        """SELECT s.referral_id, s.id, s.kind, s.number, s.summary, s.issued_on, s.document_id FROM cases_result s
        WHERE s.state = 'issued' AND s.referral_id = ANY(%(ids)s)""",
    ),
    "calendar": (
        """SELECT id, state, lower(span), upper(span), enterprise_id, purpose FROM labs_booking
        WHERE equipment_id = %(equipment)s AND span && tstzrange(%(start)s::timestamptz, %(end)s::timestamptz)
        AND state NOT IN ('expired', 'declined', 'cancelled')""",
    ),
}

WRITE = """
WITH made AS (
    INSERT INTO cases_case (
        number, channel, contact_name, contact_phone, contact_email, text, product, ordered_item, ordered_answers,
        state, version, urgency, referred_to, due_clock, due_at, submitted_at, closed_at, search, station_id,
        submitter_id
    ) VALUES (
        %(number)s, 'web', 'N. N.', '', '', %(text)s, '', '', '{}', 'archived', 1, 'normal', '', '', now(), now(),
        now(), to_tsvector('simple', %(text)s), %(station)s, %(user)s
    ) RETURNING id
), line AS (
    INSERT INTO cases_caseevent (verb, audience, rule, from_state, to_state, note, at, case_id, person_id)
    SELECT 'submitted', 'enterprise', '', '', 'submitted', '', now(), id, %(user)s FROM made
), clock AS (
    INSERT INTO clocks_clocksegment (
        subject_kind, subject_id, clock, kind, begun_at, started_at, reason, actor, budget_minutes, round_the_clock,
        due_at, calendar_version, calendar_id
    )
    SELECT 'case', id, 'bare', 'run', now(), now(), '', '', 480, false, now() + interval '1 day', 1, %(calendar)s
    FROM made
)
INSERT INTO outbox_message (kind, dedupe_key, payload, due_at, attempts, unfinished, created_at, last_error)
SELECT 'bare', 'bare:' || id, '{}', '2100-01-01', 0, 0, now(), '' FROM made
"""
"""The same rows as a submission leaves at least: a case, its line, its clock, a message. The message is due in 2100, so
that no worker ever touches it.
"""
