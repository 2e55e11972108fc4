"""The second signature under an offer to the institution that runs the platform (R6)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.accounts.models import User
from services.cases.models import Need


class SignatureQuerySet(models.QuerySet["SecondSignature"]):
    def of(self, need: Need) -> Self:
        """The newest of each institution last."""
        return self.filter(need=need).select_related("institution", "asked_by", "decided_by").order_by("pk")


class SecondSignature(models.Model):
    """One person asks to offer a need to the operator of the platform, another one agrees or refuses."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the second signature")
        SIGNED = "signed", _("Signed by a second person")
        REFUSED = "refused", _("Refused by a second person")

    need = models.ForeignKey(Need, models.PROTECT, related_name="second_signatures", verbose_name=_("need"))
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("institution"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    reason = models.CharField(_("why the operator itself"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("second person"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("second signature")
        verbose_name_plural = _("second signatures")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["need", "institution"], condition=~Q(state="refused"), name="second_signature_once"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | Q(state__in=["signed", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="second_signature_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="second_signature_by_another"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="second_signature_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.institution}: {self.get_state_display()}"
