"""The portal as it is, with a receiver of effects, and a lease and turns of the schedule short enough for a test."""

import os

from portal.celery import NIGHT, SCHEDULE
from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.receiver"]
OUTBOX_LEASE_SECONDS = float(os.environ["FAULTS_LEASE_SECONDS"])

if turn := os.environ.get("FAULTS_TURN_SECONDS"):
    for entry in SCHEDULE.values():
        entry["schedule"] = float(turn) if entry["schedule"] is NIGHT else min(entry["schedule"], float(turn))
