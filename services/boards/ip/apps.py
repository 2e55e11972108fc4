from django.utils.translation import gettext_lazy as _

from services.boards.config import BoardConfig


class IpConfig(BoardConfig):
    name = "services.boards.ip"
    label = "ip"
    verbose_name = _("Intellectual property")
