from django.utils.translation import gettext_lazy as _

from services.boards.config import BoardConfig


class LabsConfig(BoardConfig):
    name = "services.boards.labs"
    label = "labs"
    verbose_name = _("Shared laboratories")
