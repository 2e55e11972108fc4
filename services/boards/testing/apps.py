from django.utils.translation import gettext_lazy as _

from services.boards.config import BoardConfig


class TestingConfig(BoardConfig):
    name = "services.boards.testing"
    label = "testing"
    verbose_name = _("Testing and inspection")
