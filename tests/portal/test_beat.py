"""Beat needs the schedule and the broker, and nothing else of the portal."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from portal import beat, celery

LOADED = """
import logging, sys
from importlib import import_module
app = import_module(sys.argv[1]).app
app.log.setup("INFO")
app.loader.init_worker()
app.finalize()
print("services.cases.models" in sys.modules, logging.getLogger("celery.beat").getEffectiveLevel() == logging.WARNING)
"""


def test_beat_has_the_schedule_and_the_broker_of_the_others() -> None:
    assert beat.app.conf.beat_schedule == celery.SCHEDULE
    assert beat.app.conf.broker_url == celery.app.conf.broker_url
    assert beat.app.conf.broker_transport_options == celery.app.conf.broker_transport_options
    assert beat.app.conf.beat_scheduler == "portal.timetable:Timetable"


@pytest.mark.parametrize(("name", "models"), [("portal.beat", False), ("portal.celery", True)])
def test_beat_loads_no_models_and_logs_as_the_worker_does(name: str, models: bool) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, name],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PORTAL_ENV": "test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.split() == [str(models), "True"], ended.stderr
