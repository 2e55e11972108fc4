"""“Outside our scope” opens one correction for the curator, who says what was done."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases.models import Referral
from services.routing import corrections
from services.routing.models import ScopeCorrection
from tests.factories import NOW, make_referral, make_user

pytestmark = pytest.mark.django_db


def refused(reason: str = "outside_scope", said: str = "我们不做卫生陶瓷") -> Referral:
    referral = make_referral(state="declined")
    Referral.objects.filter(pk=referral.pk).update(decline_reason=reason, reason=said)
    return referral


@pytest.fixture
def curator() -> User:
    return make_user(Role.CURATOR)


def test_a_refusal_as_outside_the_scope_opens_one_correction() -> None:
    referral = refused()
    refused("no_capacity")
    assert [corrections.note(NOW), corrections.note(NOW)] == [1, 0]
    row = ScopeCorrection.objects.get()
    assert (row.referral, row.institution, row.item, row.reason, row.state, row.said_at) == (
        referral,
        referral.institution,
        referral.need.item,
        "我们不做卫生陶瓷",
        "open",
        NOW,
    )


def test_it_is_settled_once_with_what_was_done(curator: User) -> None:
    refused()
    corrections.note(NOW)
    row = ScopeCorrection.objects.get()
    assert corrections.settle(row, by=curator, now=NOW, note="已暂停该能力") is True
    assert corrections.settle(row, by=make_user(Role.CURATOR), now=NOW, note="x") is False
    row.refresh_from_db()
    assert (row.state, row.done_by, row.done_at, row.note) == ("done", curator, NOW, "已暂停该能力")


def test_nothing_is_done_by_nobody() -> None:
    refused()
    corrections.note(NOW)
    with pytest.raises(IntegrityError, match="scope_correction_done_by_somebody"):
        ScopeCorrection.objects.update(state="done")


def send(client: Client, row: ScopeCorrection, note: str) -> Any:
    return client.post(reverse("admin:routing_scopecorrection_change", args=[row.pk]), {"note": note})


def test_the_curator_settles_it_on_the_page(client: Client, curator: User) -> None:
    refused()
    corrections.note(NOW)
    row = ScopeCorrection.objects.get()
    client.force_login(curator)
    listed = client.get(reverse("admin:routing_scopecorrection_changelist")).content.decode()
    assert "我们不做卫生陶瓷" in listed
    assert send(client, row, "").status_code == 200, "it asks what was done"
    assert send(client, row, "已暂停该能力").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.done_by, row.note) == ("done", curator, "已暂停该能力")
    send(client, row, "改写")
    row.refresh_from_db()
    assert row.note == "已暂停该能力", "what was done is not rewritten"
