"""“Outside our scope” means that the data of the pool are wrong: one row for the curator to look at."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.accounts.models import User
from portal.audit.history import tracked
from services.cases.models import Referral
from services.catalogue.models import ServiceItem


@tracked(exclude=("reason",))
class ScopeCorrection(models.Model):
    """An institution refused an item as outside its scope; somebody sees whether its capability is still right."""

    class State(models.TextChoices):
        OPEN = "open", _("To look at")
        DONE = "done", _("Done")

    referral = models.OneToOneField(
        Referral, models.PROTECT, related_name="scope_correction", verbose_name=_("referral")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("institution"))
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="+", verbose_name=_("service item"))
    reason = models.TextField(_("what the institution said"), blank=True)
    said_at = models.DateTimeField(_("recorded"))
    state = models.CharField(_("state"), max_length=5, choices=State, default=State.OPEN)
    note = models.CharField(_("what was done"), max_length=500, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("correction of scope")
        verbose_name_plural = _("corrections of scope")
        indexes = [models.Index(fields=["state", "-id"], name="scope_correction_queue")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", done_by=None, done_at=None)
                | Q(state="done", done_by__isnull=False, done_at__isnull=False),
                name="scope_correction_done_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} · {self.item}"
