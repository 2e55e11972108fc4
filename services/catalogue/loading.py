"""The boards and service items that the portal comes with."""

import json
from pathlib import Path
from typing import Any

from django.db.models import Model

from portal.reference.loading import Loaded, Row, follow
from services.catalogue import indexing
from services.catalogue.models import Board, ServiceItem

FIXTURES = Path(__file__).parent / "fixtures"


def load() -> list[Loaded]:
    """Boards and items; an item that follows a changed file gets the next version."""
    items = [_item(row) for row in _read("service_catalogue.json")]
    return [
        follow(Board, _read("vocabulary.json")["boards"]),
        follow(ServiceItem, items, derive=_derived),
    ]


def _item(row: dict[str, Any]) -> Row:
    return {("board_id" if column == "board" else column): value for column, value in row.items()}


def _derived(row: Row, existing: Model | None) -> dict[str, Any]:
    version = existing.version + 1 if isinstance(existing, ServiceItem) else 1
    return {"search": indexing.of(ServiceItem(**row)), "version": version}


def _read(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
