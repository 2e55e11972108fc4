"""The first privacy notice: reference data, loaded once; later versions are written in the admin site."""

from datetime import date
from pathlib import Path

from portal.accounts.models import PrivacyNotice

VERSION = "2026-11.2"
IN_FORCE_FROM = date(2026, 11, 1)
TEXTS = Path(__file__).parent / "notice"


def load() -> list[str]:
    """Create the notice where it is missing; a text that people agreed to is never changed. Returns what to print."""
    texts = {f"text_{language}": (TEXTS / f"{VERSION}.{language}.txt").read_text("utf-8") for language in ("zh", "en")}
    _notice, made = PrivacyNotice.objects.get_or_create(
        version=VERSION, defaults={**texts, "in_force_from": IN_FORCE_FROM}
    )
    return [f"privacy notice {VERSION}: {'added' if made else 'there'}"]
