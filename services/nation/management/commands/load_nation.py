"""Fill a database of its own with a fictional nation: ``manage.py load_nation --scale 1.0 --seed 1``."""

import json
import os
import secrets
import sys
import time
from argparse import ArgumentParser
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.accounts.models import ApiToken, User
from services.nation import loading, marks
from services.nation.people import NATIONAL, NOBODY
from services.nation.plan import Plan
from services.nation.progress import Progress

TOKENS_OF_EACH = 20
TOKEN_NAME = "nation"  # noqa: S105 - a name, not a secret


class Command(BaseCommand):
    help = "Fill an empty database with a fictional nation to measure with; it refuses one that holds anything else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1.0: 607,000 enterprises and 817,000 cases")
        parser.add_argument("--seed", type=int, default=1, help="the same scale, seed and moment make the same rows")
        parser.add_argument("--now", type=datetime.fromisoformat, help="the moment it is seen from (ISO, with zone)")
        parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="processes that load")

    def handle(self, *args: Any, **options: Any) -> None:
        now = options["now"] or timezone.localtime().replace(minute=0, second=0, microsecond=0)
        plan = Plan(options["scale"], options["seed"], now)
        began = time.monotonic()
        try:
            marks.check()
        except marks.Refused as refused:
            raise CommandError(str(refused)) from refused
        call_command("load_reference", stdout=StringIO())
        password = f"{secrets.token_urlsafe(9)}-Aa1"
        progress = Progress(StringIO() if options["verbosity"] == 0 else sys.stdout)
        rows = loading.load(plan, password=password, jobs=options["jobs"], told=progress.tell)
        self.stdout.write(f"{rows:,} rows in {time.monotonic() - began:.0f} s, {plan}")
        self._keep(password)

    def _keep(self, password: str) -> None:
        """The accounts that can sign in, all by one password, and keys for programs of some."""
        path = Path(settings.VAR_DIR) / "nation-accounts.json"
        accounts = {role: _accounts(role) for role in ("specialist", "team_lead", "caller", "provider", "enterprise")}
        accounts["national"] = {name: _key(name) for name in (f"nation-{role.value}" for role in NATIONAL)}
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump({"password": password, "accounts": accounts}, file, indent=1)
        self.stdout.write(f"Accounts and keys are in {path}")


def _accounts(role: str) -> dict[str, str]:
    """User names and keys of the first of a role who can sign in."""
    names = User.objects.filter(role=role).exclude(password=NOBODY).order_by("pk").values_list("username", flat=True)
    return {name: _key(name) for name in names[:TOKENS_OF_EACH]}


def _key(username: str) -> str:
    return ApiToken.issue(User.objects.get(username=username), name=TOKEN_NAME)
