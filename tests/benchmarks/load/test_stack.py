"""What is measured is what runs in production."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.load import stack
from scripts.launcher import running
from scripts.launcher.places import ROOT, Address

OWN = {
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "DATABASES",
    "REDIS_URL",
    "CACHE_URL",
    "CACHES",
    "BROKER_URL",
    "CELERY_BROKER_URL",
}
"""Secrets and hosts."""
READ = """
import json
import django
from django.conf import settings
django.setup()
names = sorted(name for name in dir(settings) if name.isupper())
values = {name: repr(getattr(settings, name)) for name in names}
values["DATABASES"] = {key: repr(value) for key, value in settings.DATABASES["default"].items()}
print(json.dumps(values))
"""
OUTER = {
    "PATH": os.environ["PATH"],
    "PORTAL_SECRET_KEY": "x" * 64,
    "REDIS_URL": "redis://127.0.0.1:6379/2",
    "PORTAL_BOARDS": "",
    "PORTAL_STATEMENT_SECONDS": "300",
}


def settings_under(environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=ROOT,
        env={**environment, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_no_setting_differs_from_production_but_secrets_and_hosts(tmp_path: Path) -> None:
    outer = {**OUTER, "PORTAL_VAR": str(tmp_path)}
    ours = settings_under(stack.environment(outer, database="postgres:///bench_1_0", port=8951))
    production = settings_under(
        {
            "PATH": OUTER["PATH"],
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_SECRET_KEY": "y" * 64,
            "PORTAL_SITE_URL": "https://portal.example",
            "PORTAL_ALLOWED_HOSTS": "portal.example",
            "PORTAL_BEHIND_PROXY": "1",
            "PORTAL_VAR": str(tmp_path),
            "DATABASE_URL": "postgres:///portal",
        }
    )
    assert {name for name in ours | production if ours.get(name) != production.get(name)} <= OWN
    own = {name for name, value in ours["DATABASES"].items() if value != production["DATABASES"][name]}
    assert own == {"NAME"}


def test_the_bare_django_runs_under_the_launchers_options() -> None:
    address = Address("127.0.0.1", 8952)
    assert stack.bare_command(address) == [
        stack.BARE if part == "portal.wsgi:application" else part for part in running.gunicorn(address)
    ]
    assert stack.BARE in stack.bare_command(address)


def test_memory_is_that_of_the_process() -> None:
    assert 5 < stack.own_mb(os.getpid()) <= stack.resident_mb(os.getpid()) < 5000
