"""The one field of an import."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.files.checks import check
from portal.files.names import clean, extension
from portal.tables import reading


class UploadForm(forms.Form):
    """What certainly cannot be read is refused here, before anything is kept."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV, up to 20,000 rows. The first line names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "data-max-bytes": str(settings.ATTACHMENT_LIMIT_BYTES)}),
    )

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        ending = extension(clean(upload.name or ""))
        if ending not in reading.ENDINGS:
            raise ValidationError(_("Please send an Excel workbook (.xlsx) or a CSV file."), code="ending")
        if (upload.size or 0) <= settings.ATTACHMENT_LIMIT_BYTES:
            reading.look(upload, ending)
        check(upload)
        return upload
