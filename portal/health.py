"""``/healthz``: do web, database, broker and worker answer? For the launcher, the watchdog and people.

Who restarts processes or sends them visitors asks for less: ``/healthz/live`` whether this process answers, and
``/healthz/ready`` whether it can serve. A broker that is away must neither restart nor hide a portal that works.
"""

from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseTrouble
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from portal.celery import AMQP_PUBLISHER
from portal.env import AMQP_SCHEMES
from portal.outbox.models import Heartbeat
from portal.outbox.tasks import WORKER

OK = "ok"
SILENT_AFTER = timedelta(seconds=120)
BROKER_SECONDS = 1


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when every part answers, else 503 with what is wrong with which; machine words, no facts about anybody."""
    return _report(*CHECKS)


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def live(request: HttpRequest) -> HttpResponse:
    return _report("web")


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def ready(request: HttpRequest) -> HttpResponse:
    return _report("web", "database")


def _report(*names: str) -> HttpResponse:
    parts = {name: CHECKS[name]() for name in names}
    well = all(answer == OK for answer in parts.values())
    return JsonResponse({"status": OK if well else "failing", "parts": parts}, status=200 if well else 503)


def _web() -> str:
    return OK


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseTrouble:
        return "no answer"
    return OK


def _broker() -> str:
    try:
        (_ask_rabbit if settings.BROKER_URL.startswith(AMQP_SCHEMES) else _ask_redis)()
    except (RedisError, OperationalError, OSError):
        return "no answer"
    return OK


def _ask_redis() -> None:
    client = redis.Redis.from_url(
        settings.BROKER_URL,
        socket_timeout=BROKER_SECONDS,
        socket_connect_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    with client:
        client.ping()


def _ask_rabbit() -> None:
    with Connection(settings.BROKER_URL, transport_options=AMQP_PUBLISHER) as connected:
        connected.ensure_connection(max_retries=0)


def _worker() -> str:
    """By the time of the last heartbeat, which a task wrote."""
    try:
        last = Heartbeat.objects.filter(name=WORKER).values_list("beat_at", flat=True).first()
    except DatabaseTrouble:
        return "unknown without the database"
    if last is None:
        return "never seen"
    silent = timezone.now() - last
    return OK if silent <= SILENT_AFTER else f"silent for {int(silent.total_seconds())} s"


CHECKS: dict[str, Callable[[], str]] = {"web": _web, "database": _database, "broker": _broker, "worker": _worker}

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("healthz/live", live, name="live"),
    path("healthz/ready", ready, name="ready"),
]
