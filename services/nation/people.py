"""Who signs in: staff at each station, one person for each institution, and those who speak for enterprises.

Numbers say who somebody is: below 10 the nation's own, ten for each station, then institutions, then enterprises.
"""

from random import Random

from portal.accounts.roles import Role
from services.nation.chance import mixed
from services.nation.places import Places
from services.nation.plan import Plan
from services.nation.streams import Sheets
from services.nation.words import WORDS

COLUMNS = {
    "accounts_user": "id, password, username, name, phone, email, role, language, is_active, created_at",
    "stations_assignment": "id, user_id, station_id",
}
NATIONAL = (Role.ADMINISTRATOR, Role.CURATOR, Role.CENTRE_LEAD, Role.APPEALS_OFFICER, Role.AUDITOR)
AT_THE_CENTRE = NATIONAL[2:]
SPECIALISTS = 6
PROVIDER, FIRM = 100_000, 1_000_000
NOBODY = "!"
KNOWN_STATIONS, KNOWN_PROVIDERS, KNOWN_FIRMS = 40, 100, 100
"""So many of each, the busiest, can sign in."""
WITH_ACCOUNT = 45
"""Per cent of the enterprises."""


def team_lead(station: int) -> int:
    return 10 * station


def specialist(station: int, rng: Random) -> int:
    return 10 * station + 1 + rng.randrange(SPECIALISTS)


def caller(station: int) -> int:
    return 10 * station + 7


def provider(institution: int) -> int:
    return PROVIDER + institution


def person_of(plan: Plan, firm: int) -> int | None:
    """Who speaks for the enterprise, if anybody has an account."""
    if firm <= KNOWN_FIRMS or mixed(plan.seed, 11, firm) % 100 < WITH_ACCOUNT:
        return FIRM + firm
    return None


def write_staff(sheets: Sheets, places: Places, password: str, made: str) -> None:
    """:param password: as Django stores it, of those who can sign in."""
    for number, role in enumerate(NATIONAL, start=1):
        names = f"nation-{role.value}", WORDS["national"][role.value]
        _user(sheets, number, names, role, password, made=made)
        if role in AT_THE_CENTRE:
            sheets.add("stations_assignment", number, number, 1)
    for post in places.stations:
        secret = password if post.number <= KNOWN_STATIONS else NOBODY
        for place in range(SPECIALISTS + 2):
            number, role = 10 * post.number + place, Role.SPECIALIST
            if number in (team_lead(post.number), caller(post.number)):
                role = Role.TEAM_LEAD if place == 0 else Role.CALLER
            names = f"nation-{role.value}-{number}", f"{WORDS[role.value]}{number}"
            _user(sheets, number, names, role, secret, made=made)
            sheets.add("stations_assignment", number, number, post.number)


def write_provider(sheets: Sheets, institution: int, password: str, made: str) -> None:
    secret = password if institution <= KNOWN_PROVIDERS else NOBODY
    names = f"nation-provider-{institution}", f"{WORDS['provider']}{institution}"
    _user(sheets, provider(institution), names, Role.PROVIDER, secret, made=made)


def write_person(sheets: Sheets, firm: int, password: str, made: str) -> None:
    secret = password if firm <= KNOWN_FIRMS else NOBODY
    names = f"nation-enterprise-{firm}", f"{WORDS['person']}{firm}"
    _user(sheets, FIRM + firm, names, Role.ENTERPRISE, secret, made=made)


def _user(sheets: Sheets, number: int, names: tuple[str, str], role: str, password: str, *, made: str) -> None:
    """:param names: to sign in with, and the full one."""
    sheets.add("accounts_user", number, password, *names, None, None, role, "zh-hans", "t", made)
