"""What narrows the directory."""

from django import forms
from django.utils.translation import gettext_lazy as _

from services.catalogue.models import Board


class DirectoryForm(forms.Form):
    q = forms.CharField(
        label=_("Name"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    board = forms.ModelChoiceField(
        Board.objects.order_by("order"),
        label=_("Board"),
        required=False,
        to_field_name="slug",
        empty_label=_("All boards"),
    )

    def clean_board(self) -> str:
        return self.cleaned_data["board"].slug if self.cleaned_data["board"] else ""
