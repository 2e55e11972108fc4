"""What must hold before the portal goes live: the gaps of Django's deploy checks, and what the database must be."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.module_loading import import_string

LONGEST_SESSION = 12 * 3600
LONGEST_MAIL_WAIT = 30
SHORTEST_KEY = 50
INLINE = ("'unsafe-inline'", "'unsafe-eval'", "*", "data:", "http:", "https:")
DEFAULT_DENY = "portal.permissions.DenyAll"
SIMILAR = "SELECT similarity('产业', '产业'), similarity('产业', '行业')"

Rule = tuple[str, Callable[[], bool], str, str]


def _key() -> bool:
    """Asking for an empty key raises before it can be measured."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        return False
    return len(key) >= SHORTEST_KEY and not key.startswith("development-only")


def _mail() -> bool:
    return bool(settings.EMAIL_TIMEOUT) and settings.EMAIL_TIMEOUT <= LONGEST_MAIL_WAIT


def _api() -> bool:
    return settings.REST_FRAMEWORK.get("DEFAULT_PERMISSION_CLASSES") == [DEFAULT_DENY]


def _plain_api() -> bool:
    return settings.REST_FRAMEWORK.get("DEFAULT_RENDERER_CLASSES") == ["rest_framework.renderers.JSONRenderer"]


def _pages() -> bool:
    return "portal.accounts.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


def _policy() -> bool:
    directives = getattr(settings, "CONTENT_SECURITY_POLICY", {}).get("DIRECTIVES", {})
    wanted = ("default-src", "script-src", "style-src", "object-src", "base-uri", "frame-ancestors", "form-action")
    sources = [
        str(source) for name in ("default-src", "script-src", "style-src") for source in directives.get(name, ())
    ]
    return all(name in directives for name in wanted) and not any(source in INLINE for source in sources)


def _policy_is_sent() -> bool:
    return "csp.middleware.CSPMiddleware" in settings.MIDDLEWARE


def _sessions() -> bool:
    idle = settings.SESSION_IDLE_MINUTES
    return settings.SESSION_COOKIE_AGE <= LONGEST_SESSION and idle["staff"] <= 15 and idle["others"] <= 30


def _sessions_in_database() -> bool:
    return settings.SESSION_ENGINE == "portal.accounts.sessions"


def _site() -> bool:
    return settings.SITE_URL.startswith("https://")


def _hosts() -> bool:
    return bool(settings.ALLOWED_HOSTS) and "*" not in settings.ALLOWED_HOSTS


def _uploads() -> bool:
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE is not None and settings.DATA_UPLOAD_MAX_MEMORY_SIZE <= 2**20


def _hashes() -> bool:
    return settings.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def _atomic() -> bool:
    """Where something may be written; a replica refuses that by itself."""
    return bool(settings.DATABASES[DEFAULT_DB_ALIAS].get("ATOMIC_REQUESTS"))


def _edge() -> bool:
    return "portal.middleware.CleanInputMiddleware" in settings.MIDDLEWARE


def _short_messages() -> bool:
    """None at all is no fault: then everything goes by mail."""
    try:
        return not settings.SMS_ADAPTER or bool(import_string(settings.SMS_ADAPTER))
    except ImportError:
        return False


def _log_without_codes() -> bool:
    return settings.SMS_ADAPTER != "portal.notices.sms.LogAdapter"


RULES: Sequence[Rule] = (
    ("portal.E001", _key, "The secret key is short or the one for development.", "Set PORTAL_SECRET_KEY: 50 or more."),
    ("portal.E002", _mail, "A mail server that hangs would hang us.", "Set EMAIL_TIMEOUT to 30 seconds or less."),
    ("portal.E003", _api, "A forgotten API permission would be open.", f"Default permission: [{DEFAULT_DENY!r}]."),
    ("portal.E004", _plain_api, "The browsable API is on.", "Keep the JSON renderer alone."),
    ("portal.E005", _pages, "A forgotten page would be open.", "Keep LoginRequiredMiddleware."),
    ("portal.E006", _policy, "The content security policy is missing or lets inline code run.", "See settings."),
    ("portal.E007", _policy_is_sent, "The content security policy is not sent.", "Keep CSPMiddleware."),
    ("portal.E008", _sessions, "Sessions live too long.", "12 hours at most; idle: staff 15 minutes, others 30."),
    ("portal.E009", _sessions_in_database, "Sessions are not in our table.", "Use portal.accounts.sessions."),
    ("portal.E010", _site, "Links in mails would not be https.", "Set PORTAL_SITE_URL to https://…"),
    ("portal.E011", _hosts, "Any host name is taken.", "Name the hosts in PORTAL_ALLOWED_HOSTS."),
    ("portal.E012", _uploads, "A form body has no limit.", "Set DATA_UPLOAD_MAX_MEMORY_SIZE to 1 MB or less."),
    ("portal.E013", _hashes, "Passwords are not hashed by Argon2.", "Put its hasher first."),
    ("portal.E014", _atomic, "Requests are not transactions.", "Set ATOMIC_REQUESTS."),
    ("portal.E015", _edge, "Bad input is not refused at the edge.", "Keep CleanInputMiddleware."),
    ("portal.E016", _short_messages, "The adapter for short messages is not there.", "Look at PORTAL_SMS_ADAPTER."),
    ("portal.E017", _log_without_codes, "One-time codes would stand in the log.", "Name a gateway, or none."),
)  # fmt: skip


@register(Tags.security, deploy=True)
def deployment(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(said, hint=hint, id=number) for number, holds, said, hint in RULES if not holds()]


@register(Tags.database)
def chinese_trigrams(
    app_configs: Iterable[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A database made with the locale C sees no letters in Chinese, and names are never found by their parts."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            if cursor.fetchone() is None:
                continue  # before the first migration
            cursor.execute(SIMILAR)
            same, other = cursor.fetchone()
        if not (same == 1 and other < 1):
            hint = "Create the database with LC_CTYPE C.UTF-8 (or another UTF-8 locale) and encoding UTF8."
            found.append(Error("The database cannot compare Chinese words.", hint=hint, id="portal.E020"))
    return found
