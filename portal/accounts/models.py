"""People who sign in, how they prove who they are, and what they agreed to."""

import hashlib
import secrets
from datetime import date, datetime
from importlib import import_module
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import ADMIN_SITE, DESK, PERMISSIONS, READERS, STAFF, Role


def digest(secret: str) -> str:
    """SHA-256 of a token or code, hexadecimal: what the database keeps instead of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


NAMED = ("username", "name", "role")
"""The columns of a person that say who it is."""


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> "User":
        """The first administrator, by ``manage.py createsuperuser``."""
        return self.create_user(username, password, role=Role.ADMINISTRATOR, **fields)

    def by_contact(self, contact: str) -> "User | None":
        """Whose phone (E.164) or mail address this is, written as it is stored."""
        if "@" in contact:
            return self.alias(lower_email=Lower("email")).filter(lower_email=contact.lower()).first()
        return self.filter(phone=contact).first()


class User(AbstractBaseUser):
    """One person. An account without a usable password belongs to somebody who proved a phone or mail address by a
    code.
    """

    username = models.CharField(_("user name"), max_length=150, unique=True)
    name = models.CharField(_("full name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=20, null=True, blank=True, unique=True)
    email = models.EmailField(_("e-mail"), null=True, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.ENTERPRISE)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def role_name(self) -> str:
        """As ``get_role_display``, which looks through all roles first; each page says it."""
        return str(Role(self.role).label)

    @property
    def is_staff(self) -> bool:
        """May open the admin site; what they may do there is in the role table."""
        return self.is_active and self.role in ADMIN_SITE

    @property
    def may_use_codes(self) -> bool:
        """Enterprise people may come by a one-time code; whoever works with other people's data needs a password."""
        return self.is_active and self.role == Role.ENTERPRISE

    @property
    def is_desk(self) -> bool:
        return self.role in DESK

    @property
    def reads_cases(self) -> bool:
        return self.role in READERS

    @property
    def works_here(self) -> bool:
        return self.role in STAFF

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return self.is_active and permission in PERMISSIONS[Role(self.role)]

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return all(self.has_perm(permission) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and any(name.startswith(f"{app_label}.") for name in PERMISSIONS[Role(self.role)])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end when this changes: with the password, as Django does it, and with the role."""
        proof = f"{self.password}:{self.role}"
        return salted_hmac("portal.accounts.session", proof, secret=secret, algorithm="sha256").hexdigest()


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)

    def alive(self, now: datetime) -> Self:
        return self.filter(expire_date__gt=now)


class SessionManager(BaseSessionManager.from_queryset(SessionQuerySet)):  # type: ignore[misc]
    """Django's way of saving, our way of asking. Whose it is comes along: each request wants both."""

    def get_queryset(self) -> SessionQuerySet:
        return super().get_queryset().select_related("user")


class Session(AbstractBaseSession):
    """A session and whose it is; where and with what it was opened is in its data."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        return import_module(settings.SESSION_ENGINE).SessionStore

    @property
    def handle(self) -> str:
        """What the page calls it: the key itself is a secret."""
        return digest(self.session_key)[:16]


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)


class ApiToken(models.Model):
    """A key for a program that acts as its user in the role of that day. Only the digest is kept; the key is shown
    once.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("user"))
    name = models.CharField(_("what it is for"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, user: User, *, name: str) -> str:
        """Make a token for the user and return the key, which cannot be read again later."""
        key = secrets.token_urlsafe(32)
        cls.objects.create(user=user, name=name, digest=digest(key), role=user.role)
        return key


class OneTimeCodeQuerySet(models.QuerySet["OneTimeCode"]):
    def usable(self, now: datetime) -> Self:
        return self.filter(used_at=None, expires_at__gt=now, attempts__lt=OneTimeCode.MAX_ATTEMPTS)


class OneTimeCode(models.Model):
    """Six digits sent to a phone or mail address, good once and for ten minutes."""

    MAX_ATTEMPTS = 5
    contact = models.CharField(max_length=254, db_index=True)
    digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OneTimeCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")


class Attempt(models.Model):
    """A counter of tries at one door by one key (account, contact or network) in one window of time."""

    door = models.CharField(max_length=30)
    key = models.CharField(max_length=64)
    window_started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("attempt counter")
        verbose_name_plural = _("attempt counters")
        constraints = [models.UniqueConstraint(fields=["door", "key"], name="attempt_door_key")]


NO_NOTICE = "no privacy notice is in force; load the reference data"


class PrivacyNoticeQuerySet(models.QuerySet["PrivacyNotice"]):
    def in_force(self, today: date) -> "PrivacyNotice":
        """:raises PrivacyNotice.DoesNotExist: when there is none."""
        row = self.filter(in_force_from__lte=today).order_by("-in_force_from", "-pk").first()
        if row is None:
            raise self.model.DoesNotExist(NO_NOTICE)
        return row


class PrivacyNotice(models.Model):
    """One version of the privacy notice. A new text is a new row; what people agreed to stays readable."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    text_zh = models.TextField(_("text (Chinese)"))
    text_en = models.TextField(_("text (English)"))
    in_force_from = models.DateField(_("in force from"))

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")

    def __str__(self) -> str:
        return self.version


class Consent(models.Model):
    """Somebody agreed to one version of the notice for one purpose; withdrawing adds a date, it removes nothing."""

    class Purpose(models.TextChoices):
        ACCOUNT = "account", _("Running the account")
        CASE = "case", _("Handling the case")
        SHARING = "sharing", _("Passing contact data to the accepting institution")

    class Channel(models.TextChoices):
        WEB = "web", _("On the web")
        SPOKEN = "spoken", _("Spoken, recorded by staff")
        API = "api", _("Through the API")

    user = models.ForeignKey(User, models.PROTECT, related_name="consents")
    notice = models.ForeignKey(PrivacyNotice, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.WEB)
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "notice", "purpose"], condition=models.Q(withdrawn_at=None), name="consent_once"
            )
        ]
