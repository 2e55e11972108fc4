"""Offering a need to an institution, and its work standing still and going on."""

from datetime import datetime

from experts.models import Institution
from portal.accounts.models import User
from portal.transactions import as_one
from services.cases import promises
from services.cases.actions.door import as_it_is, compare_and_set, follow, lock, write
from services.cases.actors import Actor
from services.cases.faults import IllegalMove
from services.cases.models import Audience, Case, Need, Referral, Verb
from services.cases.states import NeedState, ReferralState
from services.clocks.names import Waiting


@as_one
def offer(
    need: Need,
    institution: Institution,
    *,
    by: Actor,
    handler: User,
    now: datetime,
    note: str = "",
    **columns: object,
) -> Referral:
    """Offer a seeking need to one institution and start its time to answer.

    :param handler: the person who answers for the offer, also where a rule makes it.
    """
    case = lock(need)
    need = as_it_is(need)
    if need.state != NeedState.SEEKING:
        raise IllegalMove(need, NeedState.OFFERED)
    referral = Referral.objects.create(
        case=case, need=need, institution=institution, handler=handler, offered_at=now, **columns
    )
    promised = promises.of_referral(referral, referral.state, case=case, now=now, before="", actor=str(by))
    for column, value in promised.items():
        setattr(referral, column, value)
    referral.save(update_fields=list(promised))
    write(
        case,
        Verb.OFFERED,
        by=by,
        audience=Audience.SHARED,
        now=now,
        note=note,
        need=need,
        referral=referral,
        to_state=referral.state,
    )
    follow(case, by=by, now=now)
    return referral


@as_one
def wait(referral: Referral, reason: Waiting, *, by: Actor, now: datetime, note: str) -> Referral:
    """The work stands still until the enterprise brings a sample or data or gives access; both see who said so and
    why.

    :raises IllegalMove: the institution is not at work.
    """
    case, current = _at_work(referral)
    columns = promises.wait(current, reason, now=now, actor=str(by))
    return _say(case, current, Verb.WAITED, columns, by=by, now=now, note=note)


@as_one
def go_on(referral: Referral, *, by: Actor, now: datetime, note: str) -> Referral:
    """What the work waited for has come; the time that was left goes on."""
    case, current = _at_work(referral)
    columns = promises.go_on(current, now=now, actor=str(by))
    return _say(case, current, Verb.RESUMED, columns, by=by, now=now, note=note)


def _at_work(referral: Referral) -> tuple[Case, Referral]:
    case = lock(referral)
    current = Referral.objects.select_related("need__item", "institution", "handler").get(pk=referral.pk)
    if current.state not in {ReferralState.ACCEPTED, ReferralState.IN_PROGRESS}:
        raise IllegalMove(current, ReferralState.IN_PROGRESS)
    return case, current


def _say(
    case: Case, referral: Referral, verb: Verb, columns: dict[str, object], *, by: Actor, now: datetime, note: str
) -> Referral:
    compare_and_set(case, referral, referral.state, columns)
    write(case, verb, by=by, audience=Audience.SHARED, now=now, note=note, need=referral.need, referral=referral)
    follow(case, by=by, now=now)
    return referral
