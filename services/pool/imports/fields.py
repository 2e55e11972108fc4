"""Cells that name what is on record: regions and institutions by name or code, and how to reach somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.identifiers import normalise_uscc, validate_uscc
from experts.models import Institution
from portal import words
from portal.imports.fields import TextField
from portal.imports.kinds import Data
from portal.reference.contacts import normalise_email, normalise_phone
from portal.reference.models import Region


@dataclass
class Known:
    """What is on record of that which some hundred rows name."""

    regions: dict[str, list[Region]] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)

    def region(self, text: str) -> Region | None:
        """By its code, or by a name that only one has.

        :raises ValidationError: there is none, or more than one.
        """
        found = self.regions.get(text, [])
        if text and not found:
            raise ValidationError(_("There is no such region. The six digits of its code always work."))
        if len(found) > 1:
            codes = "、".join(f"{region.code} {region.path}" for region in found[:3])
            raise ValidationError(
                _("More than one region is called so. Please write the code: %(codes)s") % {"codes": codes}
            )
        return found[0] if found else None

    def institution(self, text: str) -> Institution | None:
        return self.institutions.get(words.fold(text)) or self.institutions.get(normalise_uscc(text))


def known(rows: Sequence[Data], *, region: str = "", institutions: Iterable[str] = ()) -> Known:
    """Two statements, however many rows: the regions and institutions named in these columns."""
    found = Known()
    if places := {row[region] for row in rows if row.get(region)}:
        for each in Region.objects.with_parents().filter(
            Q(code__in=places) | Q(name_zh__in=places) | Q(name_en__in=places)
        ):
            for name in {each.code, each.name_zh, each.name_en} & places:
                found.regions.setdefault(name, []).append(each)
    if texts := {row[name] for row in rows for name in institutions if row.get(name)}:
        names, codes = {words.fold(text) for text in texts}, {normalise_uscc(text) for text in texts}
        named = Institution.objects.filter(Q(name_zh__in=names) | Q(uscc__in=codes))
        for one in named.select_related("merged_into"):
            found.institutions |= {one.name_zh: one.meant} | ({one.uscc: one.meant} if one.uscc else {})
    return found


class CodeField(TextField):
    """A unified social credit code, checked and tidied."""

    def __init__(self) -> None:
        super().__init__(_("Unified social credit code"), 40)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return validate_uscc(typed) if typed else ""


class PhoneField(TextField):
    def __init__(self) -> None:
        super().__init__(_("Phone"), 40)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return normalise_phone(typed) if typed else ""


class EmailField(TextField):
    def __init__(self) -> None:
        super().__init__(_("E-mail"), 254)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return normalise_email(typed) if typed else ""
