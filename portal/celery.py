"""Celery carries nudges without content; what is owed is in the database (``portal.outbox``).

The schedule is one dict. Rooms add a line for each task of theirs, by its name.
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import celeryd_init, worker_ready

from portal.env import AMQP_SCHEMES

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

# The same for RabbitMQ, whose driver has other names for its limits. What was taken and not done comes back to the
# queue when the connection ends; nothing has to become visible again.
AMQP_PUBLISHER = {"connect_timeout": 1, "read_timeout": 1, "write_timeout": 1, "max_retries": 0}
AMQP_WORKER = {"connect_timeout": 1}
AMQP_HEARTBEAT_SECONDS = 10

HEARTBEAT = "portal.outbox.tasks.heartbeat"
NIGHT = crontab(hour="18", minute="30")
"""02:30 in China. By the clock: a day that is counted begins anew whenever beat starts without its memory."""
# Every entry may run twice or late. One that waited longer than its turn (``expires``) is dropped.
SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "portal.outbox.tasks.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "heartbeat": {"task": HEARTBEAT, "schedule": 30.0, "options": {"expires": 60}},
    "reconcile": {"task": "portal.outbox.tasks.reconcile", "schedule": 3600.0, "options": {"expires": 3600}},
    "orphan-files": {"task": "portal.files.tasks.sweep_orphans", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-answers": {"task": "portal.idempotency.tasks.purge", "schedule": 3600.0, "options": {"expires": 3600}},
    "imports": {"task": "portal.imports.tasks.work", "schedule": 5.0, "options": {"expires": 5}},
    "forget-imports": {"task": "portal.imports.tasks.forget", "schedule": NIGHT, "options": {"expires": 3600}},
    "find-twins": {"task": "services.twins.tasks.find", "schedule": 600.0, "options": {"expires": 600}},
    "confirm-silent": {"task": "services.delivery.tasks.confirm_silent", "schedule": 60.0, "options": {"expires": 60}},
    "expire-unanswered": {
        "task": "services.routing.tasks.expire_unanswered",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "scope-corrections": {
        "task": "services.routing.tasks.note_refusals",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "reckon-tracks": {
        "task": "services.routing.tasks.reckon_tracks",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "follow-up": {"task": "services.followup.tasks.run", "schedule": 60.0, "options": {"expires": 60}},
    "find-forgotten": {
        "task": "services.followup.tasks.find_forgotten",
        "schedule": NIGHT,
        "options": {"expires": 3600},
    },
    "rectification": {"task": "services.rectification.tasks.run", "schedule": 30.0, "options": {"expires": 30}},
    "lapse-unanswered": {
        "task": "services.triage.tasks.lapse_unanswered",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "warn-of-dates": {"task": "services.triage.tasks.warn_of_dates", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-drafts": {"task": "services.intake.tasks.purge_drafts", "schedule": 3600.0, "options": {"expires": 3600}},
    "chase": {"task": "services.chasers.tasks.run", "schedule": 60.0, "options": {"expires": 60}},
    "remind-providers": {"task": "services.pool.tasks.remind", "schedule": 3600.0, "options": {"expires": 3600}},
    "propose-standing": {
        "task": "services.pool.tasks.propose",
        "schedule": NIGHT,
        "options": {"expires": 3600},
    },
    "appraise": {"task": "services.pool.tasks.appraise", "schedule": NIGHT, "options": {"expires": 3600}},
    "warn-of-gaps": {
        "task": "services.clocks.tasks.warn_of_gaps",
        "schedule": NIGHT,
        "options": {"expires": 3600},
    },
    "refresh-clocks": {"task": "services.clocks.tasks.refresh", "schedule": 60.0, "options": {"expires": 60}},
    "reckon-scores": {"task": "experts.tasks.reckon_scores", "schedule": 3600.0, "options": {"expires": 3600}},
    "bookings": {"task": "services.boards.labs.tasks.run", "schedule": 30.0, "options": {"expires": 30}},
    "remind-owners": {"task": "services.boards.tasks.remind", "schedule": 3600.0, "options": {"expires": 3600}},
    "follow-calendar": {
        "task": "services.boards.ip.tasks.follow_calendar",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "follow-rules": {"task": "services.boards.ip.tasks.follow_all", "schedule": NIGHT, "options": {"expires": 3600}},
    "hand-over": {"task": "services.boards.tasks.hand_over", "schedule": 30.0, "options": {"expires": 30}},
    "hand-over-forgotten": {
        "task": "services.boards.tasks.hand_over_forgotten",
        "schedule": NIGHT,
        "options": {"expires": 3600},
    },
    "forget-attempts": {"task": "portal.accounts.tasks.forget_old", "schedule": 3600.0, "options": {"expires": 3600}},
}

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
AMQP = os.environ.get("BROKER_URL", "").startswith(AMQP_SCHEMES)


def configured(app: Celery) -> Celery:
    """By the portal's settings: for the worker, for beat and for whoever publishes."""
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(
        accept_content=["json"],
        beat_schedule=SCHEDULE,
        beat_scheduler="portal.timetable:Timetable",
        broker_connection_max_retries=None,
        broker_connection_retry_on_startup=True,
        broker_heartbeat=AMQP_HEARTBEAT_SECONDS,
        broker_transport_options=AMQP_PUBLISHER if AMQP else PUBLISHER,
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
    return app


app = configured(Celery("portal"))
app.autodiscover_tasks()


@celeryd_init.connect
def use_worker_options(conf: Any, **_: object) -> None:
    """A worker may wait for its broker; whoever only publishes may not."""
    conf.broker_transport_options = AMQP_WORKER if AMQP else WORKER


@worker_ready.connect
def send_first_heartbeat(sender: Any, **_: object) -> None:
    """/healthz is green as soon as the first task went all the way, not only when beat's first turn comes."""
    sender.app.send_task(HEARTBEAT)
