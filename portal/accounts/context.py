"""What the header shows to whoever looks: one table of places per role, the way out, the unread notices."""

from typing import TypedDict

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.accounts.sessions import idle_seconds

CATALOGUE = ("lobby:catalogue", _("Catalogue"), "grid-3x3-gap")
INSTITUTIONS = ("directory:list", _("Institutions"), "building")
HELP = ("lobby:help", _("Help"), "question-circle")
MY_CASES = ("casefile:list", _("My cases"), "folder2-open")
ALL_CASES = ("casefile:list", _("Cases"), "folder2-open")
MY_ENTERPRISE = ("enterprises:mine", _("My enterprise"), "buildings")
TELL_US = ("intake:new", _("Tell us what you need"), "pencil-square")
RECORD = ("intake:assisted", _("Record a call"), "telephone-plus")
TRIAGE = ("triage:queue", _("Triage desk"), "inboxes")
DESK = ("delivery:desk", _("Provider desk"), "briefcase")
FOLLOWUPS = ("followup:list", _("Follow-ups"), "telephone-outbound")
ADMIN = ("admin:index", _("Administration"), "sliders")

PLACES: dict[str | None, tuple[tuple[str, object, str], ...]] = {
    None: (CATALOGUE, INSTITUTIONS, HELP, TELL_US),
    Role.ENTERPRISE: (MY_CASES, MY_ENTERPRISE, CATALOGUE, INSTITUTIONS, TELL_US),
    Role.PROVIDER: (DESK, CATALOGUE, INSTITUTIONS),
    Role.EXPERT: (CATALOGUE, INSTITUTIONS, HELP),
    Role.SPECIALIST: (TRIAGE, ALL_CASES, FOLLOWUPS, CATALOGUE, INSTITUTIONS, RECORD),
    Role.TEAM_LEAD: (TRIAGE, ALL_CASES, FOLLOWUPS, CATALOGUE, INSTITUTIONS, ADMIN, RECORD),
    Role.CURATOR: (ADMIN, CATALOGUE, INSTITUTIONS),
    Role.AUDITOR: (ALL_CASES, CATALOGUE, INSTITUTIONS, ADMIN),
    Role.ADMINISTRATOR: (ADMIN, CATALOGUE, INSTITUTIONS),
}
BUTTONS = (TELL_US, RECORD)
MOST_UNREAD_SHOWN = 99


class Place(TypedDict):
    """One entry of the navigation; a button is the one thing this role comes for."""

    label: object
    url: str
    icon: str
    active: bool
    button: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: ``nav``; for the signed in ``unread``, counted only when asked for, and ``idle_seconds``."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": _places(None, request.path)}
    return {
        "nav": _places(user.role, request.path),
        "unread": SimpleLazyObject(lambda: _unread(user)),
        "idle_seconds": idle_seconds(user),
    }


def _places(role: str | None, path: str) -> list[Place]:
    return [_place(entry, path) for entry in PLACES[role]]


def _place(entry: tuple[str, object, str], path: str) -> Place:
    name, label, icon = entry
    url = reverse(name)
    return {
        "label": label,
        "url": url,
        "icon": icon,
        "active": path.startswith(url),
        "button": entry in BUTTONS,
    }


def _unread(user: User) -> int | str:
    """Counted up to the most that the bell shows, never the entire list."""
    count = len(user.notices.unread().values_list("pk")[: MOST_UNREAD_SHOWN + 1])
    return count if count <= MOST_UNREAD_SHOWN else f"{MOST_UNREAD_SHOWN}+"
