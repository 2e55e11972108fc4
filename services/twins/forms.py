"""What somebody says who merges two or parts them again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from services.twins.actions import GONE, KEPT, Difference


class MergeForm(forms.Form):
    """A choice for each difference, and why."""

    reason = forms.CharField(label=_("How do you know that they are one?"), max_length=300, strip=True)

    def __init__(self, *args: Any, differences: Sequence[Difference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [one.name for one in differences]
        for one in differences:
            self.fields[f"of_{one.name}"] = forms.ChoiceField(
                label=one.label, choices=[(KEPT, str(one.kept)), (GONE, str(one.gone))], widget=forms.RadioSelect
            )
        self.order_fields([*(f"of_{name}" for name in self.names), "reason"])

    def choices(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"of_{name}"] for name in self.names}


class UndoForm(forms.Form):
    reason = forms.CharField(label=_("Why are they two after all?"), max_length=300, strip=True)
