from django.utils.translation import gettext_lazy as _

from services.boards.config import BoardConfig


class CertificationConfig(BoardConfig):
    name = "services.boards.certification"
    label = "certification"
    verbose_name = _("Certification and accreditation")
