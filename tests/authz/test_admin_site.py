"""The admin site: each model × role × page, against a table written by hand: ``v`` look, ``a`` add, ``c`` change,
``d`` delete. Whoever has no column in it gets no further than the door.
"""

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from tests.authz.test_matrix import Line, read
from tests.authz.world import VISITORS, World, ask, signed_in
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("refusals_drawn_once")

TABLE = read("admin.csv")
RUNNERS = [name for name in TABLE[0] if name != "model"]
OTHERS = [who for who in VISITORS if who not in RUNNERS]
DOORS = ("/admin/login/", "/accounts/sign-in/")
NOWHERE = "0"
"""No row has this number; what somebody may do is asked before the row is looked for."""


def pages(model: str) -> dict[str, tuple[str, str]]:
    """Each right with the request that takes it."""
    name = model.replace(".", "_")
    return {
        "v": ("GET", reverse(f"admin:{name}_changelist")),
        "a": ("GET", reverse(f"admin:{name}_add")),
        "c": ("POST", reverse(f"admin:{name}_change", args=[NOWHERE])),
        "d": ("POST", reverse(f"admin:{name}_delete", args=[NOWHERE])),
    }


def let_in(answer: HttpResponse) -> bool:
    return answer.status_code == 200 or (answer.status_code == 302 and answer["Location"] == reverse("admin:index"))


def test_every_model_of_the_admin_site_is_in_the_table() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == {line["model"] for line in TABLE}


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line["model"])
def test_each_role_may_do_what_the_table_says(line: Line, world: World) -> None:
    found = {
        who: "".join(right for right, page in pages(line["model"]).items() if let_in(ask(world.client(who), *page)))
        for who in RUNNERS
    }
    assert found == {who: line[who] for who in RUNNERS}


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line["model"])
def test_nobody_else_gets_further_than_the_door(line: Line, world: World) -> None:
    for who in OTHERS:
        for method, path in pages(line["model"]).values():
            answer = ask(world.client(who), method, path)
            if (who, method) == ("anonymous", "POST"):
                assert answer.status_code == 401, path
            else:
                assert answer.status_code == 302 and answer["Location"].startswith(DOORS), (who, path)


@pytest.mark.parametrize("who", VISITORS)
def test_passwords_of_others_are_set_by_administrators_only(who: str, world: World) -> None:
    somebody = make_user()
    path = reverse("admin:auth_user_password_change", args=[somebody.pk])
    assert (ask(world.client(who), "GET", path).status_code == 200) is (who == Role.ADMINISTRATOR)


@pytest.mark.parametrize("who", RUNNERS)
def test_a_lookup_for_a_form_needs_the_right_to_look(who: str, world: World) -> None:
    """Autocompletion lists rows: it is held by the same rights as the list of them."""
    query = "?app_label=experts&model_name=institutionmembership&field_name=user"
    answer = ask(world.client(who), "GET", reverse("admin:autocomplete") + query)
    sees = "v" in next(line for line in TABLE if line["model"] == "accounts.user")[who]
    assert answer.status_code == (200 if sees else 403)


def test_nobody_raises_their_own_role_or_makes_themselves_superuser(world: World) -> None:
    """The form of an account has no field for it, so what is sent along is not taken."""
    boss, somebody = make_user(Role.ADMINISTRATOR), make_user()
    data = {"username": somebody.username, "name": "x", "role": "enterprise", "language": "en", "is_active": "on"}
    sent = {**data, "is_superuser": "on", "is_staff": "on", "user_permissions": "1", "password": "hacked"}
    answer: HttpResponse = signed_in(boss).post(reverse("admin:accounts_user_change", args=[somebody.pk]), sent)
    before, after = somebody, User.objects.get(pk=somebody.pk)
    assert answer.status_code in {200, 302}
    assert (after.role, after.is_staff, after.password) == (before.role, before.is_staff, before.password)
    assert not getattr(after, "is_superuser", False)


def test_the_door_of_the_admin_site_leads_to_ours(world: World) -> None:
    answer = Client().get("/admin/login/?next=/admin/")
    assert answer.status_code == 302 and answer["Location"] == f"{reverse('accounts:sign_in')}?next=/admin/"
