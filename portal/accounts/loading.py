"""The privacy notice that the portal comes with: loaded once; others are written in the admin site."""

from datetime import date
from pathlib import Path

from django.utils import timezone

from portal.accounts.models import PrivacyNotice

VERSION = "2026-11.2"
EARLIER = frozenset({"2026-11"})
IN_FORCE_FROM = date(2026, 11, 1)
TEXTS = Path(__file__).parent / "notice"


def load() -> list[str]:
    """Create the notice where there is none, or only one that the portal once came with: this follows it from today
    on. A text that people agreed to is never changed. Returns what to print.
    """
    kept = set(PrivacyNotice.objects.values_list("version", flat=True))
    if kept - EARLIER:
        return [f"privacy notice {', '.join(sorted(kept - EARLIER))}: there"]
    texts = {f"text_{language}": (TEXTS / f"{VERSION}.{language}.txt").read_text("utf-8") for language in ("zh", "en")}
    begins = timezone.localdate() if kept else IN_FORCE_FROM
    PrivacyNotice.objects.create(version=VERSION, in_force_from=begins, **texts)
    return [f"privacy notice {VERSION}: added"]
