"""The one change a station's place in the tree may go through."""

from portal.transactions import as_one
from services.stations.models import Station


@as_one
def place(station: Station) -> None:
    """Save the station and write anew the lines of it and of everything below it."""
    station.save()
    above = station.parent.line if station.parent else []
    if station.pk in above:
        raise ValueError("A station cannot be part of itself.")
    _write_line(station, above)


def _write_line(station: Station, above: list[int]) -> None:
    station.line = [*above, station.pk]
    Station.objects.filter(pk=station.pk).update(line=station.line)
    for child in station.children.all():
        _write_line(child, station.line)
