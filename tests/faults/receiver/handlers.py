"""A receiver that writes down every delivery, and does each effect once by its key."""

import os
import signal
import time

from django.db import connection

from portal.outbox.registry import Payload, handles

SECONDS_AN_EFFECT_TAKES = 0.005
SECONDS_ITS_FIRST_DELIVERY_HANGS = 120.0
"""Of one with ``hangs`` in its payload: until somebody kills the process."""

TABLES = """
CREATE TABLE fault_cases (id integer PRIMARY KEY);
CREATE TABLE fault_deliveries (key text NOT NULL, pid integer NOT NULL);
CREATE TABLE fault_effects (key text PRIMARY KEY, case_id integer NOT NULL);
"""


@handles("fault.effect")
def effect(payload: Payload, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_deliveries VALUES (%s, %s)", [key, os.getpid()])
        cursor.execute("SELECT count(*) FROM fault_deliveries WHERE key = %s", [key])
        hangs = payload.get("hangs") and cursor.fetchone() == (1,)
        time.sleep(SECONDS_ITS_FIRST_DELIVERY_HANGS if hangs else SECONDS_AN_EFFECT_TAKES)
        cursor.execute("INSERT INTO fault_effects VALUES (%s, %s) ON CONFLICT DO NOTHING", [key, payload["case"]])


@handles("fault.poison")
def poison(payload: Payload, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_deliveries VALUES (%s, %s)", [key, os.getpid()])
    os.kill(os.getpid(), signal.SIGKILL)
