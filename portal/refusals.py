"""Requests that are understood and refused: what is said, with which status. Rooms subclass these beside what raises them."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Refusal(Exception):
    """Refused for a reason that whoever asked should read.

    :param detail: one or two sentences for the person, in lazy words.
    :param extra: facts for the page and the API: who did what when, the state as it is, what was typed.
    """

    status = 400
    title: Words = _("That cannot be accepted")
    detail: Words = _("Please look at what you sent and try again.")
    retry_after: int | None = None

    def __init__(self, detail: Words = "", *, extra: Mapping[str, Any] | None = None, title: Words = "") -> None:
        self.title = title or self.title
        self.detail = detail or self.detail
        self.extra = dict(extra or {})
        super().__init__(self.detail)


class Conflict(Refusal):
    status = 409
    title = _("Somebody was faster")
    detail = _("This has changed since you opened the page. Please look at it as it is now.")


class Gone(Refusal):
    status = 410
    title = _("This link no longer works")
    detail = _("It has expired or was used already. Please ask for a new one.")


class Unprocessable(Refusal):
    status = 422
    title = _("That does not fit together")


class TooMany(Refusal):
    status = 429
    title = _("Too many tries")
    detail = _("Please wait a little before you try again.")

    def __init__(self, detail: Words = "", *, retry_after: int, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, extra=extra)
        self.retry_after = retry_after


class Unavailable(Refusal):
    status = 503
    title = _("One moment please")
    detail = _("The portal is busy. Nothing is lost: please try again in a few seconds.")

    def __init__(self, detail: Words = "", *, retry_after: int = 5, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, extra=extra)
        self.retry_after = retry_after
