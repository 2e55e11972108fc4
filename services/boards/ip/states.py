"""The states of a right as its owner declares them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RightState(TextChoices):
    PENDING = "pending", _("Applied for")
    GRANTED = "granted", pgettext_lazy("a right", "In force")
    REFUSED = "refused", pgettext_lazy("a right", "Refused")
    ENDED = "ended", pgettext_lazy("a right", "Ended")
