"""The answers already given: one row per unsafe request, written in the transaction of its effect."""

from django.db import models


class IdempotencyKey(models.Model):
    """Same actor and key, same body: the stored answer again. Same key, other body: refused."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_actor_key")]
