"""What institutions of the pool ask to offer beyond what was approved."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.reference.models import Region
from services.directory.models import Capability


class OfferRequestQuerySet(models.QuerySet["OfferRequest"]):
    def open(self) -> Self:
        return self.filter(state=OfferRequest.State.OPEN)


class OfferRequest(models.Model):
    """A new service, more regions or a paused service taken up again: a curator decides. What was approved before goes
    on meanwhile; ``before`` is the capability's state to which a refusal leads back, blank for a new one.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a curator")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Not approved")
        TAKEN_BACK = "taken_back", _("Taken back")

    capability = models.ForeignKey(Capability, models.CASCADE, related_name="requests", verbose_name=_("capability"))
    before = models.CharField(_("state before"), max_length=10, choices=Capability.State, blank=True)
    regions = models.ManyToManyField(Region, blank=True, verbose_name=_("regions asked for"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = OfferRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of an institution to offer")
        verbose_name_plural = _("requests of institutions to offer")
        constraints = [
            models.UniqueConstraint(fields=["capability"], condition=Q(state="open"), name="offer_request_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | Q(~Q(state="open"), decided_at__isnull=False),
                name="offer_request_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.capability)
