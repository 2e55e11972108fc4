"""What two rows that may be one have in common, in words."""

from django.utils.translation import gettext_lazy as _

ALIKE_IN = {"name": _("same name"), "code": _("same organisation code"), "phone": _("same phone")}
