"""What a board keeps for an enterprise beyond a case: the one shape of the apps beside this file.

A board is a folder: its ``apps.py`` has a ``BoardConfig``, its ``board.py`` an ``APP``. Nothing else names it: pages,
addresses, the dossier, reminders, imports and exports ask :func:`registered`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.urls import reverse
from django.utils.functional import Promise

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards.child import Child
from services.boards.config import BoardConfig
from services.boards.dated import Dated
from services.boards.register import Register
from services.cases.models import Case, Need, Referral, Result


@dataclass(frozen=True)
class Link:
    """A page of a board that is no register; ``url_name`` takes the enterprise as its argument."""

    label: str | Promise
    url_name: str
    icon: str = "arrow-right-short"


class BoardApp:
    """What one board adds. Subclasses say what they have; each method has an answer for a board that has nothing."""

    slug: ClassVar[str]
    """Of the row in the catalogue."""
    registers: ClassVar[Sequence[Register[Any]]] = ()
    dated: ClassVar[Sequence[Dated]] = ()
    tables: ClassVar[Sequence[Child]] = ()
    """What it keeps of an enterprise beside its registers; what hangs on their rows, the registers say themselves."""
    links: ClassVar[Sequence[Link]] = ()
    panel_template: ClassVar[str] = "boards/_panel.html"

    def panel(self, case: Case, needs: Sequence[Need], user: User) -> dict[str, Any] | None:
        """What ``panel_template`` shows on the page of a case with these needs of the board; None for no panel."""
        return {"registers": self.registers} if case.enterprise_id and self.registers else None

    def summary(self, enterprise: Enterprise, user: User, today: date) -> Sequence[tuple[str, str]]:
        """Further facts of its section in the dossier: label and value, in the reader's language."""
        return ()

    def delivered(self, referral: Referral, results: Sequence[Result]) -> None:
        """An enterprise has confirmed these results. Called once for each referral, in a transaction of its own."""

    def work(self, referral: Referral, user: User) -> tuple[str, str] | None:
        """What the institution that has taken the referral works on here: a label and an address."""
        return None

    def tabs(self, enterprise: Enterprise, here: Register[Any] | Link | None = None) -> list[dict[str, Any]]:
        """The way between its pages, ``here`` being the one that is shown."""
        pages = [
            (one, one.title, reverse("boards:entries", args=[self.slug, enterprise.pk, one.slug]))
            for one in self.registers
        ]
        more = [(one, one.label, reverse(one.url_name, args=[enterprise.pk])) for one in self.links]
        return [{"name": name, "url": url, "active": one is here} for one, name, url in [*pages, *more]]

    def children(self) -> list[Child]:
        """Everything beneath or beside its registers."""
        return [*(child for one in self.registers for child in one.children), *self.tables]

    def register(self, slug: str) -> Register[Any] | None:
        return next((one for one in self.registers if one.slug == slug), None)


def configs() -> list[BoardConfig]:
    return [config for config in apps.get_app_configs() if isinstance(config, BoardConfig)]


@cache
def registered() -> dict[str, BoardApp]:
    """By their slugs, in the order of the installed apps."""
    return {app.slug: app for app in (config.board() for config in configs())}


def of_needs(needs: Iterable[Need]) -> list[tuple[BoardApp, list[Need]]]:
    """The apps of the boards on which these needs are, each with its own."""
    found: dict[str, list[Need]] = {}
    for need in needs:
        found.setdefault(need.board.slug, []).append(need)
    return [(app, found[slug]) for slug, app in registered().items() if slug in found]


def dated() -> list[Dated]:
    """Everything of all boards that falls due."""
    return [one for app in registered().values() for one in app.dated]
