"""The portal as it is, with a receiver of effects and a lease short enough for a test."""

import os

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.receiver"]
OUTBOX_LEASE_SECONDS = float(os.environ["FAULTS_LEASE_SECONDS"])
