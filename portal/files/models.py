"""Private attachments: what was uploaded, checked by content, kept under a name that says nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


class Attachment(models.Model):
    """One stored file. Which rows it belongs to, and so who may read it, is known by the rooms above."""

    file = models.FileField(max_length=200)
    display_name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.display_name
