"""Load the demo centre and its accounts: ``manage.py load_demo``. Running it again makes only what is missing."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.accounts.models import ApiToken, User
from services.demo import (
    applying,
    boards_certification,
    boards_consulting,
    boards_ip,
    boards_metrology,
    boards_testing,
    building,
    laboratories,
    living,
)

TOKEN_NAME = "demo"  # noqa: S105 - a name, not a secret


class Command(BaseCommand):
    help = "Load a small fictional centre to try the portal with, and print its accounts once."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        people = building.build(now=now)
        made = living.live(people, now=now)
        applying.apply(people["applicant"], now=now)
        laboratories.open_up(now=now)
        boards_consulting.keep(people["enterprise"], people["specialist"], people["expert"], now=now)
        boards_ip.keep(people["enterprise"], now=now)
        boards_metrology.keep(people["enterprise"], now=now)
        boards_certification.keep(people["enterprise"], now=now)
        boards_testing.keep(people["enterprise"], now=now)
        self.stdout.write(f"Demo centre: {len(people)} accounts, {made} new cases")
        path = Path(settings.VAR_DIR) / "demo-accounts.json"
        if _still_open(path, people):
            self.stdout.write(f"Demo accounts are in {path}")
            return
        accounts = {role: _credentials(user) for role, user in people.items()}
        _write(path, accounts)
        self.stdout.write(f"Demo accounts (kept in {path}):")
        for role, account in accounts.items():
            self.stdout.write(f"  {role:<14} {account['username']:<20} {account['password']}")


def _still_open(path: Path, people: dict[str, User]) -> bool:
    """Whether the file belongs to the accounts of this database."""
    if not path.exists():
        return False
    kept = json.loads(path.read_text(encoding="utf-8"))
    return all(role in kept and user.check_password(kept[role]["password"]) for role, user in people.items())


def _credentials(user: User) -> dict[str, str]:
    """A fresh password and token; what was valid before no longer is."""
    password = f"{secrets.token_urlsafe(9)}-Aa1"
    user.set_password(password)
    user.save(update_fields=["password"])
    user.tokens.filter(name=TOKEN_NAME, revoked_at=None).update(revoked_at=timezone.now())
    return {
        "username": user.username,
        "password": password,
        "token": ApiToken.issue(user, name=TOKEN_NAME),
    }


def _write(path: Path, accounts: dict[str, dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(accounts, file, ensure_ascii=False, indent=2)
    path.chmod(0o600)
