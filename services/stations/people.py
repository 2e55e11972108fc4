"""Who answers for a station."""

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.stations.models import Assignment, Station


def leads(station: Station, *, but: User | None = None) -> list[User]:
    """Somebody, always: the team leads of the station or of the nearest one above it, else the centre leads, else the
    administrators.

    :param but: the person who turns to them.
    """
    serving = Assignment.objects.filter(
        station__in=station.line, user__role__in=[Role.TEAM_LEAD, Role.CENTRE_LEAD], user__is_active=True
    ).select_related("user")
    at: dict[int, list[User]] = {}
    above: list[User] = []
    for one in serving.order_by("pk"):
        if one.user != but:
            (at.setdefault(one.station_id, []) if one.user.role == Role.TEAM_LEAD else above).append(one.user)
    nearest = next((at[pk] for pk in reversed(station.line) if pk in at), [])
    return nearest or above or list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True))
