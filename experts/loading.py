"""The kinds of credential that the portal knows from the start."""

import json
from pathlib import Path

from experts.models.credentials import CredentialType
from portal.reference.loading import Loaded, follow

CREDENTIALS = Path(__file__).parent / "fixtures" / "credentials.json"


def load() -> list[Loaded]:
    """Credential types; a pattern that is not known is empty and lets every number pass."""
    rows = json.loads(CREDENTIALS.read_text(encoding="utf-8"))
    return [follow(CredentialType, [{**row, "number_pattern": row["number_pattern"] or ""} for row in rows])]
