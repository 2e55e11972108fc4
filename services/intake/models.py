"""What somebody has begun to type, kept until it is sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.files.models import Attachment


class Draft(models.Model):
    """One unfinished need of one person, or of one browser where nobody is signed in. The key's digest stands for the
    browser.
    """

    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="draft")
    key_digest = models.CharField(max_length=64, null=True, unique=True)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(key_digest__isnull=False), name="draft_has_owner"
            )
        ]


class DraftFile(models.Model):
    """A file that was accepted before the rest of the form was."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of drafts")
