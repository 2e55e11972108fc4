from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NationConfig(AppConfig):
    name = "services.nation"
    label = "nation"
    verbose_name = _("Nation to measure with")
