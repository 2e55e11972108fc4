"""Read when Django starts: the notices find here when a chaser need not leave any more."""

from collections.abc import Mapping

from portal.notices.settled import settles
from services.chasers import wording
from services.chasers.models import Promise


@settles(wording.AT_THE_CENTRE, *wording.EVENTS.values())
def is_kept(facts: Mapping[str, str]) -> bool:
    """Whether the clock that the chaser is about no longer runs: the promise was kept, or waits for somebody else."""
    about = {name: facts[name] for name in wording.COUNTING if name in facts}
    return bool(about) and not Promise.objects.running().filter(**about).exists()
