"""Browsers and programs of people, signed in without a password."""

from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from portal.accounts.models import ApiToken, PrivacyNotice, User
from tests.factories import TODAY, days_ago


def browser_of(user: User | None = None, **headers: Any) -> Client:
    """A browser that reads English; of nobody without ``user``."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en", **headers)
    if user:
        client.force_login(user)
    return client


def program_of(user: User) -> APIClient:
    """A program with a key of the user, reading English."""
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    client.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.issue(user, name='program')}")
    return client


def make_notice() -> PrivacyNotice:
    """The privacy notice that people agree to."""
    notice, _made = PrivacyNotice.objects.get_or_create(
        version="2026-11", defaults={"text_zh": "告知", "text_en": "Notice", "in_force_from": days_ago(30).date()}
    )
    assert notice.in_force_from < TODAY
    return notice
