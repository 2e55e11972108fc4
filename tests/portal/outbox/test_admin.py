"""The staff list of what could not be delivered."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import Role
from portal.outbox.models import Message
from tests.factories import NOW, make_user

LIST = reverse("admin:outbox_message_changelist")


def signed_in(client: Client, role: Role) -> Client:
    client.force_login(make_user(role))
    return client


@pytest.fixture
def dead() -> Message:
    Message.objects.create(kind="kind", dedupe_key="well", due_at=NOW, done_at=NOW)
    return Message.objects.create(kind="kind", dedupe_key="ill", due_at=NOW, dead_at=NOW, last_error="550 no such box")


@pytest.mark.django_db
def test_staff_see_what_is_undelivered_and_why(client: Client, dead: Message) -> None:
    body = signed_in(client, Role.CURATOR).get(LIST, {"state": "dead"}).content.decode()
    assert "550 no such box" in body
    assert "well" not in body.split('id="result_list"')[1].split("</table>")[0]


@pytest.mark.django_db
def test_staff_can_try_again(client: Client, dead: Message) -> None:
    form = {"action": "try_again", "_selected_action": [dead.pk]}
    assert signed_in(client, Role.ADMINISTRATOR).post(LIST, form).status_code == 302
    dead.refresh_from_db()
    assert dead.dead_at is None
    assert dead.due_at > NOW


@pytest.mark.django_db
def test_an_auditor_reads_and_changes_nothing(client: Client, dead: Message) -> None:
    auditor = signed_in(client, Role.AUDITOR)
    assert auditor.get(LIST).status_code == 200
    auditor.post(LIST, {"action": "try_again", "_selected_action": [dead.pk]})
    dead.refresh_from_db()
    assert dead.dead_at == NOW


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.PROVIDER, Role.SPECIALIST])
def test_others_do_not_see_it(client: Client, dead: Message, role: Role) -> None:
    assert signed_in(client, role).get(LIST).status_code in (302, 403, 404)
