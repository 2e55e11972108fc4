"""A person who signs in, and the notice that people agree to."""

import pytest

from portal.accounts import loading
from portal.accounts.models import PrivacyNotice, User
from tests.portal.accounts.people import person


@pytest.fixture
def lin(db: None) -> User:
    """An enterprise user, known by name, phone and mail address."""
    return person("lin", phone="+8613800001111", email="lin@example.com", name="林一")


@pytest.fixture
def notice(db: None) -> PrivacyNotice:
    loading.load()
    return PrivacyNotice.objects.get()
