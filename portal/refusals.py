"""Requests that are understood and refused: what is said, with which status. Rooms subclass these beside what raises
them.

A rule that only the database can hold gets its words by :func:`constraint`, beside the action that may break it::

    refusals.constraint("referral_one_live", _("This need has a live offer already."))
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Refusal(Exception):
    """Refused for a reason that whoever asked should read.

    :param detail: one or two sentences for the person, in lazy words.
    :param extra: facts for the page and the API: who did what when, the state as it is now.
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

    @property
    def kind(self) -> str:
        """A stable name for programs: ``stale-state`` for StaleState."""
        return CAPITAL.sub("-", type(self).__name__).lower()


class BadInput(Refusal):
    status = 400
    title = _("That cannot be read")


class Forbidden(Refusal):
    status = 403
    title = _("This page is not for your account")
    detail = _("Your role does not include this. If it should, ask an administrator of the centre.")


class Missing(Refusal):
    status = 404
    title = _("There is nothing here")
    detail = _("The address is wrong, or what was here is not yours to see.")


class MethodRefused(Refusal):
    status = 405
    title = _("That is not how this address works")
    detail = _("The method of the request is not allowed here.")


class Conflict(Refusal):
    status = 409
    title = _("Somebody was faster")
    detail = _("This has changed since you opened the page. Please look at it as it is now.")


class Gone(Refusal):
    status = 410
    title = _("This link no longer works")
    detail = _("It has expired or was used already. Please ask for a new one.")


class TooBig(Refusal):
    status = 413
    title = _("That is too much at once")
    detail = _("What you sent is over the size limit. Please shorten the text or send fewer or smaller files.")


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


class Failed(Refusal):
    """Our fault. The reference number leads from the page to the log."""

    status = 500
    title = _("Something went wrong on our side")
    detail = _("We have noted it. Please try again; if it happens again, tell the centre the reference number below.")

    def __init__(self, *, reference: str) -> None:
        super().__init__(extra={"reference": reference})


class Unavailable(Refusal):
    status = 503
    title = _("One moment please")
    detail = _("The portal is busy. Nothing is lost: please try again in a few seconds.")

    def __init__(self, detail: Words = "", *, retry_after: int = 5, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, extra=extra)
        self.retry_after = retry_after


CONSTRAINTS: dict[str, tuple[type[Refusal], Words]] = {}


def constraint(name: str, detail: Words, *, refusal: type[Refusal] = Conflict) -> None:
    """Say in words what it means when the database refuses by the constraint `name`."""
    CONSTRAINTS[name] = (refusal, detail)
