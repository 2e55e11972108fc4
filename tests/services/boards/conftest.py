from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.catalogue.models import Board
from tests.factories import make_enterprise, make_user
from tests.seventh.models import Meter

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def owner(db: None) -> User:
    return make_user(language="en")


@pytest.fixture
def firm(owner: User) -> Enterprise:
    return make_enterprise(owner)


@pytest.fixture
def energy(db: None) -> Board:
    """The one row that a seventh board costs."""
    return Board.objects.create(
        code="EN", slug="energy", name_zh="能源", name_en="Energy", service_class="customised", order=7
    )


@pytest.fixture
def page(owner: User) -> Client:
    return signed_in(owner)


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


@pytest.fixture
def meter(firm: Enterprise) -> Callable[..., Meter]:
    def make(name: str = "一号表", **columns: Any) -> Meter:
        return Meter.objects.create(
            **{"enterprise": firm, "name": name, "created_at": NOW, "changed_at": NOW, **columns}
        )

    return make
