"""A database with the standard calendar and the promised times in it, and no rule but those a test makes."""

import pytest

from services.clocks import loading
from services.clocks.models import WorkCalendar


@pytest.fixture
def standard(db: None) -> WorkCalendar:
    """Monday to Friday 09:00–12:00 and 13:30–17:30, in Shanghai."""
    loading.load()
    return WorkCalendar.objects.get(is_default=True)
