from django.utils.translation import gettext_lazy as _

from services.boards.config import BoardConfig


class MetrologyConfig(BoardConfig):
    name = "services.boards.metrology"
    label = "metrology"
    verbose_name = _("Standards and metrology")
