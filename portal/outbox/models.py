"""Effects that are owed: one row each, written in the transaction of the change that causes them."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet["Message"]):
    def dead(self) -> Self:
        return self.filter(dead_at__isnull=False)

    def pending(self) -> Self:
        return self.filter(done_at=None, dead_at=None)


class Message(models.Model):
    """One pending effect (mail, short message, follow-up …). The key names the obligation, not the attempt."""

    kind = models.CharField(_("kind"), max_length=60)
    dedupe_key = models.CharField(_("key"), max_length=200, unique=True)
    payload = models.JSONField(_("payload"), default=dict)
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    unfinished = models.PositiveSmallIntegerField(_("claims without outcome"), default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    refused_since = models.DateTimeField(_("refused since"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    dead_at = models.DateTimeField(_("given up"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(done_at=None, dead_at=None), name="message_pending"),
            models.Index(fields=["dead_at"], condition=models.Q(dead_at__isnull=False), name="message_dead"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at=None) | models.Q(dead_at=None), name="message_done_or_dead"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dedupe_key}"


class Heartbeat(models.Model):
    """When a worker last did something, written by a task: silence is what it is there to show."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
