from django.utils.translation import gettext_lazy as _

from services.boards.config import BoardConfig


class ConsultingConfig(BoardConfig):
    name = "services.boards.consulting"
    label = "consulting"
    verbose_name = _("Management consulting")
