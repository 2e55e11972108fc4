"""What the header shows to whoever looks: one table of places per role, the way out, the unread notices; and where
whoever chooses another language goes on.
"""

from functools import cache, lru_cache
from typing import Any, TypedDict

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal import errors
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.accounts.sessions import idle_seconds
from portal.kept import kept

CATALOGUE = ("lobby:catalogue", _("Catalogue"), "grid-3x3-gap")
INSTITUTIONS = ("directory:list", _("Institutions"), "building")
HELP = ("lobby:help", _("Help"), "question-circle")
MY_CASES = ("casefile:list", _("My cases"), "folder2-open")
ALL_CASES = ("casefile:list", _("Cases"), "folder2-open")
MY_ENTERPRISE = ("enterprises:mine", _("My enterprise"), "buildings")
DOSSIER = ("dossier:mine", _("Dossier"), "journal-bookmark")
TELL_US = ("intake:new", _("Tell us what you need"), "pencil-square")
RECORD = ("intake:assisted", _("Record a call"), "telephone-plus")
LATE = ("chasers:late", _("What is late"), "alarm")
TRIAGE = ("triage:queue", _("Triage desk"), "inboxes")
DESK = ("delivery:desk", _("Provider desk"), "briefcase")
FOLLOWUPS = ("followup:list", _("Follow-ups"), "telephone-outbound")
RECTIFICATION = ("rectification:list", _("Rectification"), "chat-heart")
OUR_RATINGS = ("rectification:ours", _("Ratings and rectification"), "chat-heart")
APPEALS = ("rectification:appeals", _("Appeals"), "hand-index")
MY_INSTITUTION = ("pool:mine", _("My institution"), "building-gear")
OUR_INSTRUMENTS = ("labs:desk", _("Our instruments"), "pc-display")
MY_PROFILE = ("pool:myself", _("My profile"), "person-vcard")
MY_VISITS = ("consulting:mine", _("My visits"), "compass")
POOL = ("pool:review", _("Resource pool"), "collection")
TO_SIGN = ("pool:standing", _("Standing"), "pen")
STANDING_APPEALS = ("pool:standing_appeals", _("Appeals about standing"), "shield-exclamation")
EXPOSURE = ("routing:exposure", _("Who is asked"), "pie-chart")
ADMIN = ("admin:index", _("Administration"), "sliders")

PLACES: dict[str | None, tuple[tuple[str, object, str], ...]] = {
    None: (CATALOGUE, INSTITUTIONS, HELP, TELL_US),
    Role.ENTERPRISE: (MY_CASES, DOSSIER, MY_ENTERPRISE, CATALOGUE, INSTITUTIONS, TELL_US),
    Role.PROVIDER: (DESK, MY_INSTITUTION, OUR_INSTRUMENTS, OUR_RATINGS, CATALOGUE, INSTITUTIONS),
    Role.EXPERT: (MY_VISITS, MY_PROFILE, CATALOGUE, INSTITUTIONS, HELP),
    Role.SPECIALIST: (TRIAGE, LATE, ALL_CASES, FOLLOWUPS, RECTIFICATION, CATALOGUE, INSTITUTIONS, RECORD),
    Role.TEAM_LEAD: (TRIAGE, LATE, ALL_CASES, FOLLOWUPS, RECTIFICATION, CATALOGUE, INSTITUTIONS, ADMIN, RECORD),
    Role.CENTRE_LEAD: (
        *(TRIAGE, LATE, ALL_CASES, FOLLOWUPS, RECTIFICATION, TO_SIGN),
        *(CATALOGUE, INSTITUTIONS, ADMIN, RECORD),
    ),
    Role.CALLER: (FOLLOWUPS, RECTIFICATION, CATALOGUE, INSTITUTIONS),
    Role.APPEALS_OFFICER: (APPEALS, STANDING_APPEALS, ALL_CASES, CATALOGUE, INSTITUTIONS),
    Role.CURATOR: (POOL, EXPOSURE, ADMIN, CATALOGUE, INSTITUTIONS),
    Role.AUDITOR: (ALL_CASES, POOL, EXPOSURE, CATALOGUE, INSTITUTIONS, ADMIN),
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
    """Context processor: ``nav``, drawn; ``here``, a page to come back to; for the signed in ``idle_seconds`` and
    ``unread``, counted when asked for.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": _drawn(None, request.path), "here": _here(request)}
    return {
        "nav": _drawn(user.role, request.path),
        "here": _here(request),
        "unread": SimpleLazyObject(lambda: _unread(user)),
        "idle_seconds": idle_seconds(user),
    }


def _here(request: HttpRequest) -> str:
    """The address of the page; of one that answers a form, the page the form was on. Whom the edge refuses may name a
    host that is not ours: it is not asked.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return (errors.came_from(request) if hasattr(request, "user") else "") or reverse("lobby:home")


def _drawn(role: str | None, path: str) -> SafeString:
    """Everybody of a role has the same places: they are drawn once for each place where one can be."""
    here = tuple(path.startswith(_address(name)) for name, _label, _icon in PLACES[role])
    return _nav(role, here, get_language())


@lru_cache(maxsize=500)
def _nav(role: str | None, here: tuple[bool, ...], _language: str | None) -> SafeString:
    places = [_place(entry, active=active) for entry, active in zip(PLACES[role], here, strict=True)]
    return render_to_string("_components/site_nav.html", {"places": places})


def _place(entry: tuple[str, object, str], *, active: bool) -> Place:
    name, label, icon = entry
    return {"label": label, "url": _address(name), "icon": icon, "active": active, "button": entry in BUTTONS}


_address = cache(reverse)


@kept
def _newest_unread(*, user: User) -> QuerySet[Any]:
    return user.notices.unread().values_list("pk")[: MOST_UNREAD_SHOWN + 1]


def _unread(user: User) -> int | str:
    """Counted up to the most that the bell shows, never the entire list."""
    count = len(_newest_unread(user=user))
    return count if count <= MOST_UNREAD_SHOWN else f"{MOST_UNREAD_SHOWN}+"
