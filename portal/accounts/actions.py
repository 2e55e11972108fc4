"""Changes to accounts: made, claimed, proved, agreed, ended. The caller's transaction is joined."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal.accounts import codes
from portal.accounts.models import NO_NOTICE, ApiToken, Attempt, Consent, OneTimeCode, PrivacyNotice, Session, User
from portal.accounts.names import is_email, normalise_contact
from portal.accounts.roles import Role
from portal.refusals import Conflict
from portal.transactions import as_one

FORGOTTEN_AFTER = timedelta(days=2)
TOKENS_PER_USER = 20


# Agreement is to the notice in force (``PrivacyNotice.objects.in_force``); it ends under whichever it was given.
ANSWER_CONSENTS = """
WITH notice AS (
    SELECT id FROM accounts_privacynotice WHERE in_force_from <= %(today)s ORDER BY in_force_from DESC, id DESC LIMIT 1
), given AS (
    INSERT INTO accounts_consent (user_id, notice_id, purpose, channel, given_at, recorded_by_id)
    SELECT %(user)s, notice.id, purpose, %(channel)s, %(now)s, %(recorded_by)s
    FROM notice, unnest(%(yes)s::text[]) AS purpose
    ON CONFLICT DO NOTHING
), ended AS (
    UPDATE accounts_consent SET withdrawn_at = %(now)s
    WHERE user_id = %(user)s AND purpose = ANY (%(no)s) AND withdrawn_at IS NULL
)
SELECT id FROM notice
"""


class ContactTaken(Conflict):
    title = _("This contact belongs to another account")
    detail = _("Somebody signs in with it already. Sign in with it, or use another phone or mail address.")


class TooManyTokens(Conflict):
    title = _("There are enough keys")
    detail = _("An account may have 20 keys at once. Revoke one that is no longer used.")


def person_for(contact: str, *, name: str = "", language: str = "zh-hans") -> User:
    """Whoever has this phone or mail address; somebody new becomes an enterprise user without a password.

    :raises ValidationError: when the contact is neither a phone number nor a mail address.
    """
    contact = normalise_contact(contact)
    known = User.objects.by_contact(contact)
    if known:
        return known
    ways = {"email": contact} if is_email(contact) else {"phone": contact}
    try:
        with transaction.atomic():
            return User.objects.create_user(
                f"u-{secrets.token_hex(8)}", None, name=name, role=Role.ENTERPRISE, language=language, **ways
            )
    except IntegrityError:  # somebody made the same person a moment ago
        return User.objects.by_contact(contact) or _gone(contact)


def enter_by_code(contact: str, code: str, *, now: datetime, register: bool = False) -> User | None:
    """The enterprise user whom this code proves, or None; staff and institutions come by password only.

    :param register: somebody unknown becomes a user.
    """
    if not codes.check(contact, code, now=now):
        return None
    user = person_for(contact) if register else User.objects.by_contact(normalise_contact(contact))
    return user if user and user.may_use_codes else None


@as_one
def claim(user: User, *, name: str, password: str, now: datetime) -> None:
    """Make an account that was opened by a code one's own: a name, a password, agreement to the notice."""
    user.name = name
    user.save(update_fields=["name"])
    set_password(user, password, now=now)
    give_consent(user, Consent.Purpose.ACCOUNT, Consent.Channel.WEB, now)


@as_one
def set_password(user: User, password: str, *, now: datetime, keep: str = "") -> None:
    """A new password ends every session of the user but the one that is kept, at once."""
    user.set_password(password)
    user.save(update_fields=["password"])
    Session.objects.filter(user=user).exclude(session_key=keep).delete()


def give_consent(user: User, purpose: str, channel: str, now: datetime, recorded_by: User | None = None) -> None:
    """Agree to the notice that is in force; agreeing again changes nothing."""
    give_consents(user, [purpose], channel, now, recorded_by)


def give_consents(
    user: User, purposes: Iterable[str], channel: str, now: datetime, recorded_by: User | None = None
) -> None:
    """The same for several purposes, each a row of its own.

    :raises PrivacyNotice.DoesNotExist: when no notice was loaded, which must not pass silently.
    """
    answer_consents(user, {Consent.Purpose(one): True for one in purposes}, channel, now, recorded_by)


def answer_consents(
    user: User, answers: Mapping[Consent.Purpose, bool], channel: str, now: datetime, recorded_by: User | None = None
) -> None:
    """Yes or no to each purpose, in one statement: saying again what was said before changes nothing.

    :raises PrivacyNotice.DoesNotExist: when no notice was loaded, which must not pass silently.
    """
    said: dict[str, Any] = {
        "user": user.pk,
        "yes": [one for one, yes in answers.items() if yes],
        "no": [one for one, yes in answers.items() if not yes],
        "channel": channel,
        "now": now,
        "today": localdate(now),
        "recorded_by": recorded_by.pk if recorded_by else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(ANSWER_CONSENTS, said)
        if cursor.fetchone() is None:
            raise PrivacyNotice.DoesNotExist(NO_NOTICE)


def withdraw_consent(user: User, purpose: str, now: datetime) -> None:
    """Stop agreeing, under whichever version it was given; what was agreed to stays readable."""
    Consent.objects.filter(user=user, purpose=purpose, withdrawn_at=None).update(withdrawn_at=now)


def describe(user: User, *, name: str, language: str) -> None:
    User.objects.filter(pk=user.pk).update(name=name, language=language)


def choose_language(user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)


def change_contact(user: User, contact: str) -> None:
    """Set the phone or mail address that was proved by a code.

    :raises ContactTaken: another account has it.
    """
    column = "email" if is_email(contact) else "phone"
    owner = User.objects.by_contact(contact)
    if owner and owner != user:
        raise ContactTaken
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(**{column: contact})
    except IntegrityError as error:
        raise ContactTaken from error


def issue_token(user: User, *, name: str) -> str:
    """A key for a program; shown once, never readable again.

    :raises TooManyTokens: beyond 20 that are alive.
    """
    if user.tokens.filter(revoked_at=None).count() >= TOKENS_PER_USER:
        raise TooManyTokens
    return ApiToken.issue(user, name=name)


def revoke_token(token: ApiToken, *, now: datetime) -> None:
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def revoke_tokens(user: User, *, now: datetime) -> int:
    """All keys of a user; how many."""
    return user.tokens.filter(revoked_at=None).update(revoked_at=now)


def end_session(session: Session) -> None:
    session.delete()


def end_other_sessions(user: User, *, keep: str) -> int:
    ended, _by_model = Session.objects.filter(user=user).exclude(session_key=keep).delete()
    return ended


def forget_old(*, now: datetime) -> int:
    """Sessions that ended, codes and counters of the day before yesterday."""
    rows = (
        Session.objects.filter(expire_date__lt=now),
        OneTimeCode.objects.filter(created_at__lt=now - FORGOTTEN_AFTER),
        Attempt.objects.filter(window_started_at__lt=now - FORGOTTEN_AFTER),
    )
    return sum(row.delete()[0] for row in rows)


def _gone(contact: str) -> User:
    raise Conflict(_("This contact is being registered by somebody else. Please try again."))
