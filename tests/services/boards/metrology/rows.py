"""Rows of the ledger, and a service of the catalogue that takes a list of them."""

from datetime import date
from itertools import count
from typing import Any

from enterprises.models import Enterprise
from services.boards.metrology.models import Instrument, Standard, StandardStatus
from services.catalogue.models import ServiceItem
from tests.factories import make_item
from tests.services.boards.conftest import NOW

_numbers = count(1)
COLUMNS = ("name", "model", "range", "accuracy", "serial_no", "quantity", "location")


def instrument(firm: Enterprise, **columns: Any) -> Instrument:
    """A pressure gauge, verified half a year before the day of the tests and due in a month."""
    row = Instrument.objects.create(
        **{
            "enterprise": firm,
            "name": "压力表",
            "model": "Y-100",
            "serial": f"YL-{next(_numbers):04}",
            "location": "一车间",
            "last_on": date(2026, 6, 20),
            "interval_months": 6,
            "created_at": NOW,
            "changed_at": NOW,
            **columns,
        }
    )
    return Instrument.objects.get(pk=row.pk)


def standard(firm: Enterprise, **columns: Any) -> Standard:
    given = {"number": "GB/T 6952-2015", "title": "卫生陶瓷", "created_at": NOW, "changed_at": NOW, **columns}
    return Standard.objects.create(enterprise=firm, **given)


def status(**columns: Any) -> StandardStatus:
    given = {"number": "GB/T 6952-2015", "status": "withdrawn", "withdrawn_on": date(2024, 1, 1), "source": "公告"}
    return StandardStatus.objects.create(**{**given, "marked_on": date(2026, 11, 20), **columns})


def verification(**columns: Any) -> ServiceItem:
    """Verification as the catalogue has it: a table, a choice, an address."""
    table = {
        "key": "instruments",
        "label_zh": "清单",
        "label_en": "List",
        "type": "table",
        "columns": [{"key": key, "label_zh": key, "label_en": key, "type": "text"} for key in COLUMNS],
    }
    place = {
        "key": "place_of_service",
        "label_zh": "送检或现场",
        "label_en": "Where",
        "type": "choice",
        "choices": [{"key": key, "label_zh": key, "label_en": key} for key in ("send_in", "on_site", "either")],
    }
    address = {"key": "installation_address", "label_zh": "地址", "label_en": "Address", "type": "text"}
    given = {"name_en": "Verification", "delivery": ["certificate"], "intake_questions": [table, place, address]}
    return make_item("SM", **{**given, **columns})
