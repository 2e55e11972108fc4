"""What the portal has seen of each institution in twelve months, kept so that matching need not count it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models import Institution


class TrackRecord(models.Model):
    """Counts of referrals offered within twelve months before ``day``. Derived: see ``services.routing.tracks``."""

    institution = models.OneToOneField(
        Institution, models.CASCADE, primary_key=True, related_name="track_record", verbose_name=_("institution")
    )
    offered = models.PositiveIntegerField(_("offers that were answered or ended"))
    accepted = models.PositiveIntegerField(_("accepted"))
    hours_to_answer = models.FloatField(_("hours to an answer"), null=True)
    delivered = models.PositiveIntegerField(_("delivered"))
    on_time = models.PositiveIntegerField(_("on time"))
    day = models.DateField(_("day of reckoning"), db_index=True)

    class Meta:
        verbose_name = _("track record")
        verbose_name_plural = _("track records")

    def __str__(self) -> str:
        return f"{self.institution_id} {self.day}"
