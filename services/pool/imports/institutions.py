"""Institutions from a list. They come as applicants, or at once as active ones where the list says so."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from experts import promises, standing
from experts.models import Institution
from portal.accounts.models import User
from portal.imports.fields import NameField, TextField, WordField
from portal.imports.kinds import Cleaned, Data, Kind, RowForm
from portal.reference.models import Region
from portal.sayings import saying
from services.pool.imports.fields import CodeField, EmailField, Known, PhoneField, known

RULE = "import"
LISTED = saying(gettext_noop("Taken over from a list"))
NEW = (Institution.Standing.APPLIED, Institution.Standing.ACTIVE)
"""How a new one may come; other standings are known from exports, of institutions that are on record."""


class InstitutionRow(RowForm):
    known: Known
    name_zh = NameField(_("Name (Chinese)"), 200, required=True)
    uscc = CodeField()
    kind = WordField(_("Kind"), Institution.Kind.choices, default=Institution.Kind.INSTITUTION)
    region = TextField(_("Region"), 100, required=True)
    name_en = TextField(_("Name (English)"), 200)
    address = TextField(_("Address"), 300)
    contact_name = TextField(_("Contact"), 100)
    phone = PhoneField()
    email = EmailField()
    weekly_capacity = forms.IntegerField(
        label=_("Referrals it can take a week"), min_value=1, max_value=10_000, required=False
    )
    introduction_zh = TextField(_("Introduction (Chinese)"), 2000)
    introduction_en = TextField(_("Introduction (English)"), 2000)
    standing = WordField(_("Standing"), Institution.Standing.choices, default=Institution.Standing.APPLIED)

    def clean_region(self) -> Region | None:
        return self.known.region(self.cleaned_data["region"])

    def clean_introduction_zh(self) -> str:
        return _honest(self.cleaned_data["introduction_zh"])

    def clean_introduction_en(self) -> str:
        return _honest(self.cleaned_data["introduction_en"])

    def clean(self) -> dict[str, Any]:
        """A known name with another credit code is two institutions, or a slip: somebody has to look."""
        said = super().clean() or {}
        same = self.known.institutions.get(said.get("name_zh", ""))
        coded = self.known.institutions.get(said.get("uscc", ""))
        if same and same.uscc and said.get("uscc") and same != coded:
            self.add_error("uscc", _("An institution of this name is on record with another credit code."))
        if not same and not coded:
            self._check_new(said)
        return said

    def _check_new(self, said: dict[str, Any]) -> None:
        if said.get("kind") == Institution.Kind.CENTRE:
            self.add_error("kind", _("The centre's own desk is there already."))
        if said.get("standing") and said["standing"] not in NEW:
            words = "、".join(str(one.label) for one in NEW)
            self.add_error("standing", _("This may be one of: %(words)s.") % {"words": words})


class Institutions(Kind):
    slug = "institutions"
    title = _("Institutions")
    about = _("Told apart by credit code and by name. Those on record already stay as they are.")
    permission = "pool.curate"
    form = InstitutionRow
    tabs = "pool/_tabs.html"
    example = {
        "name_zh": "演示检测技术有限公司",
        "uscc": "91510185MA6A000155",
        "kind": "institution",
        "region": "510100",
        "name_en": "Demo Testing Co., Ltd.",
        "contact_name": "周经理",
        "phone": "028-8000 0000",
        "email": "lab@example.com",
        "weekly_capacity": "20",
        "standing": "applied",
    }

    def lookups(self, rows: Sequence[Data]) -> Known:
        return known(rows, region="region", institutions=("name_zh", "uscc"))

    def keys(self, row: Cleaned) -> tuple[Hashable, ...]:
        return tuple((name, row[name]) for name in ("name_zh", "uscc") if row[name])

    def on_record(self, rows: Sequence[Cleaned]) -> set[Hashable]:
        names, codes = [row["name_zh"] for row in rows], [row["uscc"] for row in rows if row["uscc"]]
        found = Institution.objects.filter(Q(name_zh__in=names) | Q(uscc__in=codes)).values_list("name_zh", "uscc")
        return {("name_zh", name) for name, _code in found} | {("uscc", code) for _name, code in found if code}

    def add(self, rows: Sequence[Cleaned], *, by: User, now: datetime) -> None:
        made = Institution.objects.bulk_create(
            Institution(
                **{**row, "uscc": row["uscc"] or None, "standing": Institution.Standing.APPLIED, "confirmed_at": now}
            )
            for row in rows
        )
        wanted = {row["name_zh"]: row["standing"] for row in rows}
        active = [one for one in made if wanted[one.name_zh] == Institution.Standing.ACTIVE]
        standing.admit_all(active, by=by, now=now, reason=LISTED, rule=RULE)


def _honest(text: str) -> str:
    return promises.screen(text) if text else text
