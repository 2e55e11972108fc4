"""The demo centre: whole, honest, and made once."""

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from enterprises.models import Enterprise
from experts.models import Institution, Rating
from portal.accounts.models import ApiToken, User, digest
from portal.accounts.roles import Role
from services.boards.board import registered
from services.boards.testing.models import HandOver, Item
from services.cases import sharing
from services.cases.models import Case, CaseEvent, Verb
from services.cases.states import CaseState
from services.followup.models import FollowUp
from services.pool.models import Application

SEVENTH = "energy"
ROLES = [
    "enterprise",
    "rival",
    "specialist",
    "team_lead",
    "centre_lead",
    "caller",
    "appeals_officer",
    "curator",
    "provider",
    "expert",
    "applicant",
    "auditor",
    "administrator",
]


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Loaded once, in a transaction that is never committed; what a test does to it is taken back with the test."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(VAR_DIR=folder), transaction.atomic():
        call_command("load_reference", verbosity=0)
        call_command("load_demo", verbosity=0)
        yield folder / "demo-accounts.json"
        transaction.set_rollback(True)


@pytest.fixture
def accounts(_loaded: Path, db: None, tmp_path: Path, settings: Any) -> Path:
    settings.VAR_DIR = tmp_path
    return Path(shutil.copy2(_loaded, tmp_path))


def test_there_is_one_account_per_role_whose_password_and_token_work(accounts: Path) -> None:
    kept = json.loads(accounts.read_text(encoding="utf-8"))
    assert list(kept) == ROLES
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    for role, account in kept.items():
        assert set(account) == {"username", "password", "token"}
        user = User.objects.get(username=account["username"])
        assert user.role == ("enterprise" if role in {"rival", "applicant"} else role)
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
    assert states == [CaseState.FOLLOWED_UP] * 4 + [CaseState.CLOSED] + [CaseState.SUBMITTED] * 3
    to_come = FollowUp.objects.filter(completed_at=None)
    assert [(row.rule, row.due_at > timezone.now()) for row in to_come] == [("second", True)]
    assert Rating.objects.count() == 5
    confirmers = CaseEvent.objects.filter(verb=Verb.CONFIRMED).values_list("person__role", flat=True)
    assert set(confirmers) == {Role.ENTERPRISE}, "staff never answer for an enterprise"


def test_every_board_keeps_something_for_the_demo_enterprise(accounts: Path) -> None:
    firm = Enterprise.objects.of(User.objects.get(username="demo-enterprise")).get()
    for app in registered().values():
        if app.slug != SEVENTH:
            kept = [register.model._default_manager.filter(enterprise=firm) for register in app.registers]
            assert not kept or any(rows.exists() for rows in kept), app.slug


def test_the_demo_order_of_tests_is_judged_by_what_was_measured(accounts: Path) -> None:
    items = list(Item.objects.order_by("pk").values_list("judgement", "value"))
    assert items == [("fail", "4.3 L"), ("pass", "56 mm"), ("", "")]
    assert set(HandOver.objects.values_list("sample__label", flat=True)) == {"S-01", "S-02"}


def test_an_invented_laboratory_waits_for_the_curator(accounts: Path) -> None:
    [application] = Application.objects.waiting()
    assert (application.applicant.username, application.due_at is not None) == ("demo-applicant", True)
    assert "虚构" in application.introduction
