"""Several attachments in one field; each is checked, and each that is refused is named with its reason."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from portal.files.checks import ACCEPT, check


class AttachmentsInput(forms.FileInput):
    """One control for many files; the page's script lists what was chosen and sends nothing that is too large."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "multiple": True,
                "accept": ACCEPT,
                "data-max-bytes": str(settings.ATTACHMENT_LIMIT_BYTES),
                "data-max-files": str(settings.ATTACHMENTS_PER_FORM),
                **(attrs or {}),
            }
        )


class AttachmentsField(forms.FileField):
    """Cleans to a list of uploads, empty when none was sent; ``portal.files.actions.store`` keeps each.

    The limit is one for all of them together: it is what nginx lets through, and a body stands twice in a server's
    temporary files, which on some are its memory.
    """

    widget = AttachmentsInput
    default_error_messages = {
        "too_many": _("Up to %(limit)d files can be sent at once; these are %(count)d."),
        "too_large": _("Up to %(limit)s can be sent at once; these files are %(size)s together."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Attachments"))
        kwargs.setdefault(
            "help_text", _("PDF, pictures, Word, Excel, PowerPoint, CSV or text; ten files at most, 25 MB together.")
        )
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if self.required and not uploads:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > settings.ATTACHMENTS_PER_FORM:
            limits = {"limit": settings.ATTACHMENTS_PER_FORM, "count": len(uploads)}
            raise ValidationError(self.error_messages["too_many"], code="too_many", params=limits)
        errors = [error for upload in uploads if (error := _refusal(upload)) is not None]
        if errors:
            raise ValidationError(errors)
        self._check_together(uploads)
        return uploads

    def _check_together(self, uploads: list[UploadedFile]) -> None:
        size = sum(upload.size or 0 for upload in uploads)
        if size > settings.ATTACHMENT_LIMIT_BYTES:
            sizes = {"limit": filesizeformat(settings.ATTACHMENT_LIMIT_BYTES), "size": filesizeformat(size)}
            raise ValidationError(self.error_messages["too_large"], code="too_large", params=sizes)


def _refusal(upload: UploadedFile) -> ValidationError | None:
    try:
        check(upload)
    except ValidationError as error:
        return error
    return None
