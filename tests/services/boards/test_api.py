"""Registers for programs: the same rules, the same rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from enterprises.models import Enterprise
from portal.accounts.models import User
from tests.factories import make_enterprise
from tests.seventh.models import Meter

Make = Callable[..., Meter]
pytestmark = pytest.mark.django_db
TYPED = {"name": "二号表", "kind": "gas", "read_on": "2027-01-31"}


@pytest.fixture
def program(owner: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(owner)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def entries(firm: Enterprise) -> str:
    return reverse("api:entries", args=[firm.pk, "energy", "meters"])


def send(program: APIClient, method: str, path: str, data: Any, key: str = "key-00001") -> Any:
    return getattr(program, method)(path, data, format="json", headers={"Idempotency-Key": key})


def test_an_entry_is_entered_read_and_changed(program: APIClient, firm: Enterprise) -> None:
    made = send(program, "post", entries(firm), TYPED)
    pk = made.json()["id"]
    expected = {"id": pk, "version": 1, **TYPED, "note": "", "retired_at": None}
    assert (made.status_code, made.json()) == (201, expected)
    assert send(program, "post", entries(firm), TYPED).json() == expected
    assert program.get(entries(firm)).json()["results"] == [expected]

    one = reverse("api:entry", args=["energy", "meters", pk])
    changed = send(program, "patch", one, {"note": "机房", "version": 1}, "key-00002")
    assert changed.json() == {**expected, "version": 2, "note": "机房"}
    assert send(program, "patch", one, {"note": "别的", "version": 1}, "key-00003").status_code == 409
    assert program.get(one).json()["note"] == "机房"


@pytest.mark.parametrize(
    ("typed", "member"),
    [
        ({"name": ""}, "name"),
        ({"read_on": "2027-02-30"}, "read_on"),
        ({"kind": "steam"}, "kind"),
        ({"name": "一号表"}, "non_field_errors"),
        ([], "non_field_errors"),
    ],
)
def test_bad_input_names_the_member(program: APIClient, firm: Enterprise, meter: Make, typed: Any, member: str) -> None:
    meter("一号表")
    answer = send(program, "post", entries(firm), {**TYPED, **typed} if typed else typed)
    assert answer.status_code == 400
    assert member in answer.json()["errors"]
    assert Meter.objects.count() == 1


def test_what_is_not_theirs_is_not_there(program: APIClient, meter: Make, firm: Enterprise) -> None:
    other = make_enterprise()
    row = meter(enterprise=other)
    one = reverse("api:entry", args=["energy", "meters", row.pk])
    assert program.get(entries(other)).status_code == 404
    assert send(program, "post", entries(other), TYPED).status_code == 404
    assert program.get(one).status_code == 404
    assert send(program, "patch", one, TYPED).status_code == 404
    assert program.get(reverse("api:entries", args=[firm.pk, "energy", "nothing"])).status_code == 404
