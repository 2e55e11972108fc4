"""The kinds of credential and the forbidden promises that the portal knows from the start."""

import json
from pathlib import Path
from typing import Any

from experts.models import CredentialType, PromisePhrase
from portal.reference.loading import Loaded, follow

FIXTURES = Path(__file__).parent / "fixtures"


def load() -> list[Loaded]:
    """Credential types (a pattern that is not known is empty and lets every number pass), and forbidden promises."""
    types = [{**row, "number_pattern": row["number_pattern"] or ""} for row in _read("credentials.json")]
    return [follow(CredentialType, types), follow(PromisePhrase, _read("promises.json"))]


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    return rows
