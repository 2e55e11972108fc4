"""Settings of the portal, from the environment; production is the default and development asks to be let off."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.env import broker_url, cache_url, database, replica

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var"))
ENVIRONMENT = os.environ.get("PORTAL_ENV", "production")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = os.environ.get("PORTAL_DEBUG") == "1" and not PRODUCTION

SECRET_KEY = os.environ.get("PORTAL_SECRET_KEY", "" if PRODUCTION else "development-only-" * 4)
SITE_URL = os.environ.get("PORTAL_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = os.environ.get("PORTAL_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("PORTAL_TRUSTED_ORIGINS", "").split(",") if origin]

# A board is a folder; its addresses follow from that. Those of other packages are named in the environment.
BOARDS = [f"services.boards.{path.parent.name}" for path in sorted(BASE_DIR.glob("services/boards/*/apps.py"))]
BOARDS += [name for name in os.environ.get("PORTAL_BOARDS", "").split(",") if name]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "portal",
    "portal.reference",
    "portal.accounts",
    "portal.idempotency",
    "portal.outbox",
    "portal.notices",
    "portal.audit",
    "portal.files",
    "portal.imports",
    "enterprises",
    "experts",
    "services.catalogue",
    "services.directory",
    "services.clocks",
    "services.stations",
    "services.cases",
    "services.intake",
    "services.triage",
    "services.routing",
    "services.delivery",
    "services.followup",
    "services.chasers",
    "services.rectification",
    "services.casefile",
    "services.lobby",
    "services.pool",
    "services.twins",
    "services.boards",
    *BOARDS,
    "services.dossier",
    "services.demo",
    "services.nation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.CleanInputMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.LoginRequiredMiddleware",
    "portal.accounts.middleware.SessionLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "portal.audit.history.SaidOnceMiddleware",
    "portal.middleware.RefusalsMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.forms.Renderer"
TEMPLATE_PLACES = [f"django.template.loaders.{place}.Loader" for place in ("filesystem", "app_directories")]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("portal.folding.Loader", TEMPLATE_PLACES)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.accounts.context.navigation",
                "csp.context_processors.nonce",
            ],
            "builtins": [
                "portal.templatetags.look",
                "portal.templatetags.idempotency",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]

STATEMENT_SECONDS = int(os.environ.get("PORTAL_STATEMENT_SECONDS", "10"))
DATABASES = {
    "default": database(
        os.environ.get("DATABASE_URL", "postgres://portal@127.0.0.1:5432/portal"), statement_seconds=STATEMENT_SECONDS
    )
}
REPLICA_URL = os.environ.get("REPLICA_URL", "")
if REPLICA_URL:  # public pages are read there (portal.replica)
    DATABASES["replica"] = replica(REPLICA_URL, statement_seconds=STATEMENT_SECONDS)
    DATABASE_ROUTERS = ["portal.replica.Router"]
    MIDDLEWARE.insert(0, "portal.replica.PinMiddleware")
REPLICA_APPS = frozenset({"reference", "catalogue", "directory", "experts"})
PIN_COOKIE_NAME = "__Host-pin" if PRODUCTION else "pin"
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHE_URL = cache_url(REDIS_URL, os.environ.get("CACHE_URL", ""))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},  # as long as a request waits for the broker
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portal.accounts.backends.RoleBackend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "lobby:home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if ENVIRONMENT == "test":  # hundreds of people are made by tests, none of them worth a second of hashing
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.passwords.CharacterClassesValidator"},
]
SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_MINUTES = {"staff": 15, "others": 30}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = USE_I18N = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
VENDOR_DIR = VAR_DIR / "vendor"
VENDOR_DIR.mkdir(parents=True, exist_ok=True)
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", VENDOR_DIR)]
MEDIA_ROOT = VAR_DIR / "attachments"
STATICFILES_STORAGE_CLASS = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if ENVIRONMENT == "test"
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}},
    "staticfiles": {"BACKEND": STATICFILES_STORAGE_CLASS, "OPTIONS": {"file_permissions_mode": 0o644}},
}
# Tests make clients by the thousand; each would read all files at its start.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = ENVIRONMENT == "test"
ATTACHMENT_LIMIT_BYTES = 25 * 1024 * 1024
ATTACHMENTS_PER_FORM = 10
ACCEL_PREFIX = os.environ.get("PORTAL_ACCEL_PREFIX", "")  # nginx's internal location of MEDIA_ROOT
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# Names that an address may carry more than once; any other name twice is refused at the edge.
REPEATABLE_PARAMETERS = frozenset({"board", "state", "urgency", "item", "region", "channel", "kind"})
DATA_UPLOAD_MAX_NUMBER_FILES = ATTACHMENTS_PER_FORM
FILE_UPLOAD_PERMISSIONS = 0o600

# Mail and short messages
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("PORTAL_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("PORTAL_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("PORTAL_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PORTAL_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("PORTAL_SMTP_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("PORTAL_MAIL_FROM", "portal@localhost")
SMS_ADAPTER = os.environ.get("PORTAL_SMS_ADAPTER", "" if PRODUCTION else "portal.notices.sms.LogAdapter")

# Work
BROKER_URL = os.environ.get("BROKER_URL", "") or REDIS_URL
CELERY_BROKER_URL = broker_url(BROKER_URL)
REFERENCE_LOADERS = [
    "portal.accounts.loading.load",
    "services.catalogue.loading.load",
    "experts.loading.load",
    "services.clocks.loading.load",
    "services.pool.loading.load",
    "services.followup.loading.load",
    "services.chasers.loading.load",
    "services.routing.loading.load",
    "services.triage.loading.load",
    "services.boards.ip.loading.load",
    "services.boards.consulting.loading.load",
    "services.boards.metrology.loading.load",
    "services.boards.certification.loading.load",
]
IMPORT_KINDS = [
    "services.pool.imports.institutions.Institutions",
    "services.pool.imports.experts.Experts",
    "services.pool.imports.equipment.Instruments",
    "services.pool.imports.scope.ScopeRows",
    "services.boards.imports.kinds",
]
EXPORT_LISTS = ["services.pool.exports.LISTS", "services.twins.exports.LISTS"]
CLOCK_DUE_SINKS = [
    "services.cases.promises.store_dues",
    "services.pool.promises.store_dues",
    "services.rectification.promises.store_dues",
]

# The web
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# Addresses begin at the root whatever the headers of a request say: pages keep theirs for whoever reads them next.
FORCE_SCRIPT_NAME = ""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("PORTAL_BEHIND_PROXY") == "1" else None
SECURE_REDIRECT_EXEMPT = [r"^healthz(/\w+)?$"]
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = [address for address in os.environ.get("PORTAL_TRUSTED_PROXIES", "").split(",") if address]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.accounts.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.permissions.DenyAll"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.StrictJSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_FILTER_BACKENDS": ["portal.api.WhenAsked"],
    "DEFAULT_PAGINATION_CLASS": "portal.api.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.problem",
    "FORMAT_SUFFIX_KWARG": None,
    "URL_FORMAT_OVERRIDE": None,
    "PAGE_SIZE": 25,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "NQI one-stop portal",
    "DESCRIPTION": "Needs, referrals, results and ratings of a one-stop quality infrastructure service centre.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "portal.openapi.common_parts"],
    "ENUM_NAME_OVERRIDES": {
        "CaseState": "services.cases.states.CaseState",
        "Urgency": "services.cases.models.cases.Urgency",
        "NeedState": "services.cases.states.NeedState",
        "ReferralState": "services.cases.states.ReferralState",
        "ResultKind": "services.cases.models.Result.Kind",
        "Scale": "services.followup.states.Scale",
        "Turn": "services.chasers.audiences.Audience",
        "WaitingFor": "services.cases.models.referrals.OWED",
    },
}

PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("PORTAL_LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("celery.worker.strategy", "celery.app.trace", "celery.beat", "fontTools", "fpdf")
    },
}
