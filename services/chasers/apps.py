from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChasersConfig(AppConfig):
    name = "services.chasers"
    label = "chasers"
    verbose_name = _("Chasers")
