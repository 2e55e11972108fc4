"""Shared instruments from a list; their owners are in the pool."""

from collections.abc import Hashable, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.imports.fields import DayField, TextField, YesField
from portal.imports.kinds import Cleaned, Data, Kind, RowForm
from services.pool.imports.fields import Known, known


class InstrumentRow(RowForm):
    known: Known
    owner = TextField(_("Owning institution"), 200, required=True)
    name = TextField(_("Name"), 200, required=True)
    model = TextField(_("Model"), 120)
    serial = TextField(_("Serial number"), 80)
    specification = TextField(_("Specification"), 2000)
    calibrated_until = DayField(_("Calibration valid to"))
    fee = TextField(_("Fee"), 120)
    conditions = TextField(_("Conditions"), 2000)
    available = YesField(_("Available"))

    def clean_owner(self) -> Institution:
        owner = self.known.institution(self.cleaned_data["owner"])
        if owner is None:
            raise ValidationError(
                _("No institution of this name or credit code is in the pool. Please import it first.")
            )
        return owner


class Instruments(Kind):
    slug = "equipment"
    title = _("Shared instruments")
    about = _("Told apart by owner, name, model and serial number. The owner is named by its full name or credit code.")
    permission = "pool.curate"
    form = InstrumentRow
    tabs = "pool/_tabs.html"
    example = {
        "owner": "演示检测技术有限公司",
        "name": "气相色谱质谱联用仪",
        "model": "GC-2000",
        "serial": "DEMO-0001",
        "specification": "质量范围 10–1100 amu",
        "calibrated_until": "2027-06-30",
        "fee": "每样 300 元起",
        "available": "是",
    }

    def lookups(self, rows: Sequence[Data]) -> Known:
        return known(rows, institutions=("owner",))

    def keys(self, row: Cleaned) -> tuple[Hashable, ...]:
        return ((row["owner"].pk, row["name"], row["model"], row["serial"]),)

    def on_record(self, rows: Sequence[Cleaned]) -> set[Hashable]:
        owners, names = {row["owner"] for row in rows}, {row["name"] for row in rows}
        found = Equipment.objects.filter(owner__in=owners, name__in=names)
        return set(found.values_list("owner", "name", "model", "serial"))

    def add(self, rows: Sequence[Cleaned], *, by: User, now: datetime) -> None:
        Equipment.objects.bulk_create(Equipment(**row) for row in rows)
