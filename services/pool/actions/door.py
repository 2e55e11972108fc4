"""The one door: lock the application, look in the table, compare and set, write the line, mind the clock, tell."""

from datetime import datetime

from portal.accounts.models import User
from portal.refusals import Conflict
from portal.transactions import as_one
from services.pool import promises, telling
from services.pool.models import Application, ApplicationEvent
from services.pool.states import STEPS, ApplicationState

S = ApplicationState
Verb = ApplicationEvent.Verb


class StaleApplication(Conflict):
    """Somebody else took a step first."""


@as_one
def move(
    application: Application, to: str, *, verb: str, by: User, now: datetime, note: str = "", **columns: object
) -> Application:
    """
    :raises StaleApplication: it is not, or no longer, in a state from which this step leads.
    """
    lock(application)
    if to not in STEPS[ApplicationState(application.state)]:
        raise StaleApplication(extra={"state": application.state})
    if to == S.SUBMITTED:
        columns["due_at"] = promises.sent(application, now=now, actor=str(by))
    elif to == S.RETURNED:
        columns["due_at"] = None
        promises.asked(application, now=now, actor=str(by))
    else:
        columns["due_at"] = None
        promises.over(application, now=now)
    for name, value in {"state": to, **columns}.items():
        setattr(application, name, value)
    application.save(update_fields=["state", *columns])
    line = write(application, verb, by=by, now=now, note=note)
    telling.of_application(application, line, now=now)
    return application


def lock(application: Application) -> None:
    """Hold the row until the transaction ends.

    :raises StaleApplication: its state is another than the one that was looked at.
    """
    state = Application.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=application.pk)
    if state != application.state:
        raise StaleApplication(extra={"state": state})


def write(application: Application, verb: str, *, by: User, now: datetime, note: str = "") -> ApplicationEvent:
    return ApplicationEvent.objects.create(application=application, verb=verb, by=by, at=now, note=note)
