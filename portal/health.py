"""``/healthz``: do web, database, broker and worker answer? For the launcher, the load balancer and the watchdog."""

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
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

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
    parts = {name: check() for name, check in CHECKS.items()}
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
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=BROKER_SECONDS,
        socket_connect_timeout=BROKER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        with client:
            client.ping()
    except (RedisError, OSError):
        return "no answer"
    return OK


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

urlpatterns = [path("", healthz, name="healthz")]
