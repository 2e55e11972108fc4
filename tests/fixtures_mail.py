"""Mail as it really leaves: fixtures for every test that reads it."""

from collections.abc import Iterator

import pytest

from tests.sinks import MailSink, mail_server


@pytest.fixture
def smtp(settings) -> Iterator[MailSink]:
    """A mail server of this test; what the portal sends is in ``smtp.mails``."""
    with mail_server() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = sink.host, sink.port
        yield sink
