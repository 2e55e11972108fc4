"""The checks before going live: each finds its gap, and none finds one in the settings for production."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as present
from django.db import connection

from portal import checks

PRODUCTION = {
    "PORTAL_ENV": "production",
    "PORTAL_SECRET_KEY": secrets.token_urlsafe(60),
    "PORTAL_SITE_URL": "https://portal.example",
    "PORTAL_ALLOWED_HOSTS": "portal.example",
}

GAPS = {
    "portal.E001": {"SECRET_KEY": "development-only-" * 5},
    "portal.E002": {"EMAIL_TIMEOUT": None},
    "portal.E003": {"REST_FRAMEWORK": {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"]}},
    "portal.E004": {"REST_FRAMEWORK": {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.BrowsableAPIRenderer"]}},
    "portal.E005": {"MIDDLEWARE": []},
    "portal.E006": {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": ["'self'", "'unsafe-inline'"]}}},
    "portal.E007": {"MIDDLEWARE": []},
    "portal.E008": {"SESSION_COOKIE_AGE": 14 * 24 * 3600},
    "portal.E009": {"SESSION_ENGINE": "django.contrib.sessions.backends.cache"},
    "portal.E010": {"SITE_URL": "http://portal.example"},
    "portal.E011": {"ALLOWED_HOSTS": ["*"]},
    "portal.E012": {"DATA_UPLOAD_MAX_MEMORY_SIZE": None},
    "portal.E013": {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]},
    "portal.E015": {"MIDDLEWARE": []},
    "portal.E016": {"SMS_ADAPTER": "nowhere.Adapter"},
    "portal.E017": {"SMS_ADAPTER": "portal.notices.sms.LogAdapter"},
}


def found() -> set[str]:
    return {message.id for message in checks.deployment(None)}


@pytest.mark.parametrize(("number", "gap"), GAPS.items())
def test_each_gap_is_found(settings, number: str, gap: dict[str, object]) -> None:
    for name, value in gap.items():
        setattr(settings, name, value)
    assert number in found()


def test_requests_without_a_transaction_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(present.DATABASES["default"], "ATOMIC_REQUESTS", False)
    assert "portal.E014" in found()


def test_every_rule_has_its_gap() -> None:
    assert {rule[0] for rule in checks.RULES} == {*GAPS, "portal.E014"}


def test_nothing_is_wrong_with_the_settings_for_production(db: None) -> None:
    """As the operator runs it, with warnings counted as failures."""
    row = present.DATABASES["default"]
    address = f"postgres://{row['USER']}@/{row['NAME']}?host={row['HOST']}&port={row['PORT']}"
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", "--database", "default"]
    environment = {**os.environ, **PRODUCTION, "DATABASE_URL": address}
    done = subprocess.run(
        command, cwd=Path(present.BASE_DIR), env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_empty_key_is_a_gap_and_no_crash(settings) -> None:
    settings.SECRET_KEY = ""
    assert "portal.E001" in found()


def test_a_database_that_reads_chinese_passes(db: None) -> None:
    assert checks.chinese_trigrams(None, databases=["default"]) == []


def test_a_database_that_does_not_is_found(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the locale C the same question answers 0."""
    monkeypatch.setattr(checks, "SIMILAR", "SELECT 0.0, 0.0")
    assert [message.id for message in checks.chinese_trigrams(None, databases=["default"])] == ["portal.E020"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
