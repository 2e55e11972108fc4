"""Experts from a list."""

from collections.abc import Hashable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from experts.models import Expert
from portal.accounts.models import User
from portal.imports.fields import NameField, TextField, YesField
from portal.imports.kinds import Cleaned, Data, Kind, RowForm
from portal.reference.models import Region
from services.pool.imports.fields import EmailField, Known, PhoneField, known

EMPLOYER = [f"employer__{column}" for column in ("name_zh", "uscc", "merged__name_zh", "merged__uscc")]
"""By what an employer in the pool may be named, as itself or as one that was merged into it."""


class ExpertRow(RowForm):
    known: Known
    name = NameField(_("Full name"), 100, required=True)
    employer = NameField(_("Employer"), 200)
    fields_ = TextField(_("Fields"), 300, required=True)
    title = TextField(_("Title"), 100)
    languages = TextField(_("Languages"), 100)
    region = TextField(_("Region"), 100)
    phone = PhoneField()
    email = EmailField()
    available = YesField(_("Available"))
    availability = TextField(_("Availability in words"), 200)
    interests_declared = TextField(_("Declared interests"), 2000)

    def clean_region(self) -> Region | None:
        return self.known.region(self.cleaned_data["region"])


class Experts(Kind):
    slug = "experts"
    title = _("Experts")
    about = _("Told apart by name and employer. An employer in the pool is recognised by name or credit code.")
    permission = "pool.curate"
    form = ExpertRow
    tabs = "pool/_tabs.html"
    example = {
        "name": "林工",
        "employer": "演示检测技术有限公司",
        "fields_": "卫浴, 陶瓷",
        "title": "高级工程师",
        "languages": "中文, English",
        "region": "510100",
        "phone": "138 0000 0000",
        "available": "是",
        "interests_declared": "无",
    }

    def lookups(self, rows: Sequence[Data]) -> Known:
        return known(rows, region="region", institutions=("employer",))

    def keys(self, row: Cleaned) -> tuple[Hashable, ...]:
        return ((row["name"], row["employer"]),)

    def on_record(self, rows: Sequence[Cleaned]) -> set[Hashable]:
        there = Expert.objects.filter(name__in={row["name"] for row in rows})
        found = there.values_list("name", "employer_name", *EMPLOYER)
        return {(name, said) for name, *employers in found for said in [*filter(None, employers)] or [""]}

    def add(self, rows: Sequence[Cleaned], *, by: User, now: datetime) -> None:
        pool = known([{"employer": row["employer"]} for row in rows], institutions=("employer",))
        Expert.objects.bulk_create(_expert(row, pool) for row in rows)


def _expert(row: Cleaned, pool: Known) -> Expert:
    said = {name: value for name, value in row.items() if name not in {"employer", "fields_"}}
    employer = pool.institution(row["employer"])
    return Expert(**said, fields=row["fields_"], employer=employer, employer_name="" if employer else row["employer"])
