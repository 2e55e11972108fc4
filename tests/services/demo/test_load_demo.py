"""The demo centre: whole, honest, and made once."""

import json
import stat
from pathlib import Path

import pytest
from django.core.management import call_command

from experts.models import Institution, Rating
from portal.accounts.models import ApiToken, User, digest
from portal.accounts.roles import Role
from services.cases import sharing
from services.cases.models import Case, CaseEvent, Verb
from services.cases.states import CaseState

ROLES = [
    "enterprise",
    "rival",
    "specialist",
    "team_lead",
    "curator",
    "provider",
    "expert",
    "auditor",
    "administrator",
]


@pytest.fixture
def accounts(db: None, tmp_path: Path, settings) -> Path:
    settings.VAR_DIR = tmp_path
    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    return tmp_path / "demo-accounts.json"


def test_there_is_one_account_per_role_whose_password_and_token_work(accounts: Path) -> None:
    kept = json.loads(accounts.read_text(encoding="utf-8"))
    assert list(kept) == ROLES
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    for role, account in kept.items():
        assert set(account) == {"username", "password", "token"}
        user = User.objects.get(username=account["username"])
        assert user.role == ("enterprise" if role == "rival" else role)
        assert user.check_password(account["password"])
        assert ApiToken.objects.get(user=user).digest == digest(account["token"])


def test_a_second_load_makes_nothing_and_keeps_the_passwords(accounts: Path) -> None:
    before = (accounts.read_bytes(), Case.objects.count(), User.objects.count(), Institution.objects.count())
    call_command("load_demo", verbosity=0)
    after = (accounts.read_bytes(), Case.objects.count(), User.objects.count(), Institution.objects.count())
    assert after == before


def test_a_lost_file_is_written_anew_with_fresh_secrets(accounts: Path) -> None:
    lost = json.loads(accounts.read_text(encoding="utf-8"))
    accounts.unlink()
    call_command("load_demo", verbosity=0)
    found = json.loads(accounts.read_text(encoding="utf-8"))
    assert all(found[role]["password"] != lost[role]["password"] for role in ROLES)
    assert ApiToken.objects.filter(revoked_at=None).count() == len(ROLES)


def test_everybody_says_that_they_are_invented(accounts: Path) -> None:
    assert all("演示" in name for name in Institution.objects.values_list("name_zh", flat=True))
    assert all(name.startswith("演示") for name in User.objects.values_list("name", flat=True))


def test_the_demo_enterprises_agreed_that_an_accepting_institution_may_reach_them(accounts: Path) -> None:
    for username in ("demo-enterprise", "demo-rival"):
        assert sharing.has_agreed(User.objects.get(username=username))
    assert not sharing.has_agreed(User.objects.get(username="demo-provider"))


def test_what_has_happened_went_through_the_real_steps(accounts: Path) -> None:
    states = list(Case.objects.order_by("id").values_list("state", flat=True))
    assert states == [CaseState.FOLLOWED_UP] * 5 + [CaseState.SUBMITTED] * 3
    assert Rating.objects.count() == 5
    confirmers = CaseEvent.objects.filter(verb=Verb.CONFIRMED).values_list("person__role", flat=True)
    assert set(confirmers) == {Role.ENTERPRISE}, "staff never answer for an enterprise"
