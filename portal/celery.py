"""Celery carries nudges without content; what is owed is in the database (``portal.outbox``).

The schedule is one dict. Rooms add a line for each task of theirs, by its name.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, worker_ready

KEY_PREFIX = "portal:"

# A web request waits one second for the broker and no more. Without max_retries 0 kombu retries inside: 4 s and longer.
PUBLISHER = {
    "global_keyprefix": KEY_PREFIX,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
# visibility_timeout must exceed time_limit, or work in progress is given out a second time.
WORKER = {
    "global_keyprefix": KEY_PREFIX,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "retry_on_timeout": True,
    "health_check_interval": 10,
    "visibility_timeout": 600,
}

HEARTBEAT = "portal.outbox.tasks.heartbeat"
# Every entry may run twice or late. One that waited longer than its turn (``expires``) is dropped.
SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "portal.outbox.tasks.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "heartbeat": {"task": HEARTBEAT, "schedule": 30.0, "options": {"expires": 60}},
    "reconcile": {"task": "portal.outbox.tasks.reconcile", "schedule": 3600.0, "options": {"expires": 3600}},
    "orphan-files": {"task": "portal.files.tasks.sweep_orphans", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-answers": {"task": "portal.idempotency.tasks.purge", "schedule": 3600.0, "options": {"expires": 3600}},
    "confirm-silent": {"task": "services.delivery.tasks.confirm_silent", "schedule": 60.0, "options": {"expires": 60}},
    "expire-unanswered": {
        "task": "services.routing.tasks.expire_unanswered",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "follow-up": {"task": "services.followup.tasks.run", "schedule": 60.0, "options": {"expires": 60}},
    "find-forgotten": {
        "task": "services.followup.tasks.find_forgotten",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "forget-drafts": {"task": "services.intake.tasks.purge_drafts", "schedule": 3600.0, "options": {"expires": 3600}},
    "refresh-clocks": {"task": "services.clocks.tasks.refresh", "schedule": 60.0, "options": {"expires": 60}},
    "forget-attempts": {"task": "portal.accounts.tasks.forget_old", "schedule": 3600.0, "options": {"expires": 3600}},
}

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    beat_schedule=SCHEDULE,
    broker_connection_max_retries=None,
    broker_connection_retry_on_startup=True,
    broker_transport_options=PUBLISHER,
    enable_utc=True,
    result_serializer="json",
    task_acks_late=True,
    task_ignore_result=True,
    task_publish_retry=False,
    task_reject_on_worker_lost=True,
    task_serializer="json",
    task_soft_time_limit=240,
    task_time_limit=300,
    timezone="UTC",
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=1000,
    worker_prefetch_multiplier=1,
)
app.autodiscover_tasks()


@celeryd_init.connect
def use_worker_options(conf: Any, **_: object) -> None:
    """A worker may wait for its broker; whoever only publishes may not."""
    conf.broker_transport_options = WORKER


@worker_ready.connect
def send_first_heartbeat(sender: Any, **_: object) -> None:
    """/healthz is green as soon as the first task went all the way, not only when beat's first turn comes."""
    sender.app.send_task(HEARTBEAT)
