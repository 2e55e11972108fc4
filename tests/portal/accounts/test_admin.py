"""Accounts in the admin site: made with a password, changed with a trace, never deleted."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from portal.accounts.models import ApiToken, PrivacyNotice, User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from tests.portal.accounts.people import PASSWORD, person

USERS = "/admin/accounts/user/"


@pytest.fixture
def boss(client: Client, db: None) -> User:
    user = person("boss", Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def new(**change: str) -> dict[str, str]:
    row = {"username": "wei", "name": "魏", "phone": "138 0000 5555", "email": "Wei@Example.com", "role": "specialist"}
    secret = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    return {**row, "language": "zh-hans", **secret, **change}


def test_a_new_account_can_sign_in_with_its_contact(client: Client, boss: User) -> None:
    assert client.post(f"{USERS}add/", new()).status_code == 302
    wei = User.objects.get(username="wei")
    assert (wei.phone, wei.email, wei.role, wei.check_password(PASSWORD)) == (
        "+8613800005555",
        "wei@example.com",
        "specialist",
        True,
    )
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.verb, entry.subject) == (boss, "made account", f"user:{wei.pk}")
    answer = Client().post("/accounts/sign-in/", {"username": "138 0000 5555", "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"password2": "Another-word-9"}, "password2"),
        ({"password1": "short", "password2": "short"}, "password2"),
        ({"role": "king"}, "role"),
        ({"username": ""}, "username"),
    ],
)
def test_a_mistake_is_said_at_its_field(client: Client, boss: User, change: dict[str, str], field: str) -> None:
    answer = client.post(f"{USERS}add/", new(**change))
    assert list(answer.context["adminform"].form.errors) == [field]
    assert User.objects.count() == 1


def test_a_changed_role_leaves_a_trace_and_ends_the_session(client: Client, boss: User) -> None:
    wei = person("wei", Role.SPECIALIST)
    other = Client()
    other.force_login(wei)
    form = {
        "username": "wei",
        "name": "",
        "phone": "",
        "email": "",
        "language": "en",
        "role": "auditor",
        "is_active": "on",
    }
    assert client.post(f"{USERS}{wei.pk}/change/", form).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.detail) == ("changed account", {"fields": ["role"], "role": "auditor", "active": True})
    assert other.get("/accounts/profile/").status_code == 302


def test_an_account_is_switched_off_and_never_deleted(client: Client, boss: User) -> None:
    wei = person("wei")
    assert client.post(f"{USERS}{wei.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(USERS, {"action": "delete_selected", "_selected_action": [wei.pk], "post": "yes"})
    assert User.objects.filter(pk=wei.pk).exists()


def test_a_password_set_by_the_administrator_works(client: Client, boss: User) -> None:
    wei = person("wei")
    form = {"usable_password": "true", "password1": "Another-word-9", "password2": "Another-word-9"}
    assert client.post(f"{USERS}{wei.pk}/password/", form).status_code == 302
    wei.refresh_from_db()
    assert wei.check_password("Another-word-9")


def test_people_are_found_by_name_phone_and_mail(client: Client, boss: User) -> None:
    person("wei", phone="+8613800005555", email="wei@example.com", name="魏")
    for typed in ("wei", "魏", "0005555", "example"):
        rows = client.get(USERS, {"q": typed}).context["cl"].result_list
        assert [row.username for row in rows] == ["wei"]


def test_a_curator_looks_and_changes_nothing(client: Client, db: None) -> None:
    wei = person("wei")
    client.force_login(person("curator", Role.CURATOR))
    assert client.get(USERS).status_code == 200
    assert client.post(f"{USERS}{wei.pk}/change/", {"role": "administrator"}).status_code == 403
    assert client.get(f"{USERS}add/").status_code == 403
    assert client.post(f"{USERS}{wei.pk}/password/", {}).status_code == 403


@pytest.mark.parametrize("role", [Role.CURATOR, Role.TEAM_LEAD])
def test_whoever_only_looks_reads_no_contact(client: Client, db: None, role: Role) -> None:
    wei = person("wei", phone="+8613800005555", email="wei@example.com", name="魏")
    client.force_login(person("looker", role))
    shown = client.get(f"{USERS}{wei.pk}/change/").content.decode()
    assert "魏" in shown and "13800005555" not in shown and "wei@example.com" not in shown


def test_nobody_gives_themselves_another_role(client: Client, boss: User) -> None:
    form = {"username": "boss", "name": "B", "phone": "", "email": "", "language": "en", "role": "auditor"}
    assert client.post(f"{USERS}{boss.pk}/change/", form).status_code == 302
    boss.refresh_from_db()
    assert (boss.name, boss.role, boss.is_active) == ("B", Role.ADMINISTRATOR, True)


def test_a_notice_is_added_and_never_changed(client: Client, boss: User, notice: PrivacyNotice) -> None:
    form = {"version": "2027-01", "text_zh": "新", "text_en": "new", "in_force_from": "2027-01-01"}
    assert client.post("/admin/accounts/privacynotice/add/", form).status_code == 302
    assert client.post(f"/admin/accounts/privacynotice/{notice.pk}/change/", form).status_code == 403
    assert client.post(f"/admin/accounts/privacynotice/{notice.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_password_page_of_the_admin_site_is_the_profile(client: Client, boss: User) -> None:
    assert client.get(reverse("admin:password_change"))["Location"] == reverse("accounts:profile")


def test_the_first_administrator_is_made_on_the_command_line(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--no-input", "--username", "first", verbosity=0)
    first = User.objects.get()
    assert (first.username, first.role, first.check_password(PASSWORD)) == ("first", Role.ADMINISTRATOR, True)


def test_a_password_that_is_set_by_others_is_on_record_and_ends_the_keys(client: Client, boss: User) -> None:
    wei = person("wei", Role.SPECIALIST)
    key = ApiToken.issue(wei, name="x")
    path, asks = f"{USERS}{wei.pk}/password/", {"headers": {"authorization": f"Token {key}"}}
    assert Client().get("/api/v1/desk/cases/", **asks).status_code == 200
    client.post(path, {"usable_password": "true", "password1": "x", "password2": "x"})
    assert not AuditEntry.objects.exists()
    word = "Another-word-9-and-more"
    answer = client.post(path, {"usable_password": "true", "password1": word, "password2": word, "set-password": "x"})
    assert answer.status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.verb, entry.subject, entry.detail) == (
        boss,
        "set password",
        f"user:{wei.pk}",
        {"keys": 1},
    )
    assert Client().get("/api/v1/desk/cases/", **asks).status_code == 401
