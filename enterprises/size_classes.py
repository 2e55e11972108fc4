from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SizeClass(TextChoices):
    UNKNOWN = "unknown", _("Not known yet")
    MICRO = "micro", _("Micro")
    SMALL = "small", _("Small")
    MEDIUM = "medium", _("Medium")
    LARGE = "large", _("Large")
