"""Who and what the tests of the desk act on."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases.models import Case
from services.catalogue.models import ServiceItem
from tests.factories import make_case, make_enterprise, make_item, make_user
from tests.services.triage.screens import QUESTIONS, client_of


@pytest.fixture
def desk() -> User:
    return make_user(Role.SPECIALIST, name="周敏")


@pytest.fixture
def page(desk: User) -> Client:
    return client_of(desk)


@pytest.fixture
def owner() -> User:
    return make_user(name="王经理")


@pytest.fixture
def case(owner: User) -> Case:
    return make_case(submitter=owner, enterprise=make_enterprise(owner), now=timezone.now())


@pytest.fixture
def asking() -> ServiceItem:
    return make_item("SM", intake_questions=QUESTIONS)
