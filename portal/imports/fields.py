"""Cells as people write them: texts, days, words of a list, yes and no."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.imports.headers import LANGUAGES

DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d %H:%M"]
YES, NO = {"是", "有", "yes", "y", "true", "1", "√"}, {"否", "无", "no", "n", "false", "0", "×"}


class TextField(forms.CharField):
    def __init__(self, label: Any, max_length: int, *, required: bool = False) -> None:
        super().__init__(label=label, max_length=max_length, required=required, strip=True)


class NameField(TextField):
    """Full-width letters are the same as half-width ones."""

    def clean(self, value: Any) -> str:
        return words.fold(super().clean(value))


class DayField(forms.DateField):
    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, input_formats=DAYS)


class WordField(TextField):
    """One of a few words, in either language or as the database has it; nothing means the default."""

    def __init__(self, label: Any, choices: Iterable[tuple[str, Any]], *, default: str = "") -> None:
        super().__init__(label, 100)
        self.choices, self.default = list(choices), default

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return self.default
        if (meant := self._meanings().get(typed.lower())) is None:
            allowed = "、".join(str(word) for _value, word in self.choices)
            raise ValidationError(_("This may be one of: %(words)s.") % {"words": allowed})
        return meant

    def _meanings(self) -> dict[str, str]:
        meant = {value.lower(): value for value, _word in self.choices}
        for language in LANGUAGES:
            with translation.override(language):
                meant |= {str(word).lower(): value for value, word in self.choices}
        return meant


class YesField(TextField):
    """:param default: what nothing means."""

    def __init__(self, label: Any, *, default: bool = True) -> None:
        super().__init__(label, 10)
        self.default = default

    def clean(self, value: Any) -> bool:
        typed = super().clean(value).lower()
        if typed and typed not in YES | NO:
            raise ValidationError(_("Please write yes or no."))
        return typed in YES if typed else self.default
