"""The one way a row changes: lock the case, check the table of steps, compare and set state and version in one
statement, and leave the line of the timeline and the notices owed in the same transaction.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, QuerySet

from portal.files.models import Attachment
from portal.kept import kept
from portal.transactions import as_one
from services.cases import derivation, promises, telling
from services.cases.actors import Actor
from services.cases.faults import IllegalMove, StaleState
from services.cases.models import Audience, Case, CaseDocument, CaseEvent, Need, Referral, Verb
from services.cases.states import CASE_STEPS, REFERRAL_STEPS, CaseState
from services.catalogue.models import large

logger = logging.getLogger(__name__)

Row = TypeVar("Row", Case, Referral)


def lock(row: Case | Need | Referral) -> Case:
    """The case of the row, locked: parent before child, everywhere, so that nobody derives from a stale picture."""
    [case] = _locked(case=row.pk if isinstance(row, Case) else row.case_id)
    return case


@kept
def _locked(*, case: int) -> QuerySet[Case]:
    rows = Case.objects.select_related("owner", "submitter", "enterprise", "station")
    return rows.select_for_update(of=("self",), no_key=True).filter(pk=case).defer("search")


@as_one
def move(
    row: Row,
    to: str,
    *,
    verb: Verb,
    by: Actor,
    now: datetime,
    audience: Audience,
    note: str = "",
    version: int | None = None,
    **columns: object,
) -> Row:
    """Take one step of the table with a case or a referral; needs and case then follow by derivation.

    :param version: the version the person was looking at; None accepts the current one.
    :param columns: further columns set in the same statement.
    :raises IllegalMove: the table has no such step.
    :raises StaleState: state or version are no longer what they were.
    """
    case = lock(row)
    current = _current(row, case)
    if version is not None and version != current.version:
        raise StaleState(case)
    steps: dict[Any, frozenset[Any]] = CASE_STEPS if isinstance(current, Case) else REFERRAL_STEPS
    if to not in steps[current.state]:
        raise IllegalMove(current, to)
    before = current.state
    if isinstance(current, Case):
        promised = promises.of_case(current, to, now=now, before=before, actor=str(by))
    else:
        promised = promises.of_referral(current, to, case=case, now=now, before=before, actor=str(by))
    compare_and_set(case, current, to, {**promised, **columns})
    referral = current if isinstance(current, Referral) else None
    write(
        case,
        verb,
        by=by,
        audience=audience,
        now=now,
        note=note,
        need=referral.need if referral else None,
        referral=referral,
        from_state=before,
        to_state=to,
    )
    follow(case, by=by, now=now)
    _take_over(row, current)
    return row


def move_each(rows: Iterable[Row], to: str, *, now: datetime, **step: Any) -> int:
    """Take the same step with every row, each in a transaction of its own: a row that somebody has just moved is passed
    over, and one that breaks holds up nobody. The number of steps taken.

    :param step: as :func:`move` takes them.
    """
    taken = 0
    for row in rows:
        try:
            move(row, to, now=now, version=row.version, **step)
        except (IllegalMove, StaleState):
            logger.info("%s %s moved meanwhile", type(row).__name__, row.pk)
        except Exception:
            logger.exception("%s %s could not become %s; it is tried again", type(row).__name__, row.pk, to)
        else:
            taken += 1
    return taken


def note(
    case: Case,
    text: str,
    *,
    by: Actor,
    now: datetime,
    audience: Audience,
    need: Need | None = None,
    referral: Referral | None = None,
    verb: Verb = Verb.NOTED,
) -> CaseEvent:
    """Add a line to the timeline without changing any state."""
    need = referral.need if referral else need
    return write(case, verb, by=by, audience=audience, now=now, note=text, need=need, referral=referral)


def note_many(lines: Iterable[CaseEvent]) -> None:
    """Lines of a rule that looked at many cases at once, in one statement. They change no state and tell nobody."""
    CaseEvent.objects.bulk_create(lines)


def attach(
    case: Case,
    attachments: Iterable[Attachment],
    *,
    audience: Audience,
    now: datetime,
    referral: Referral | None = None,
) -> list[CaseDocument]:
    """Put stored files into the case."""
    papers = [
        CaseDocument(case=case, referral=referral, attachment=one, audience=audience, added_at=now)
        for one in attachments
    ]
    return CaseDocument.objects.bulk_create(papers) if papers else []


def _current(row: Row, case: Case) -> Row:
    """The row as it is now that the lock is held."""
    if isinstance(row, Case):
        return case
    [referral] = _referral(pk=row.pk)
    referral.case = case
    return referral


@kept
def _referral(*, pk: int) -> QuerySet[Referral]:
    rows = Referral.objects.select_related("need__item", "institution", "handler").filter(pk=pk)
    return rows.defer(*large("need__item"))


def as_it_is(need: Need) -> Need:
    """The need as it is now that its case is locked."""
    [found] = _need(pk=need.pk)
    return found


@kept
def _need(*, pk: int) -> QuerySet[Need]:
    return Need.objects.select_related("item").filter(pk=pk).defer(*large("item"))


def _take_over(row: Row, current: Row) -> None:
    """What the caller holds says what the row says now, without reading it once more. Needs are derived as rows of
    their own, so that the one the referral came with is out of date.
    """
    columns = {one.attname for one in row._meta.concrete_fields}
    vars(row).update({name: value for name, value in vars(current).items() if name in columns})
    vars(row).pop("_prefetched_objects_cache", None)
    row._state.fields_cache = {name: one for name, one in current._state.fields_cache.items() if name != "need"}


def compare_and_set(case: Case, current: Case | Referral, to: str, columns: dict[str, object]) -> None:
    rows = type(current)._default_manager.filter(pk=current.pk, state=current.state, version=current.version)
    if rows.update(state=to, version=F("version") + 1, **columns) != 1:
        raise StaleState(case)
    current.state, current.version = to, current.version + 1
    for name, value in columns.items():
        setattr(current, name, value)


def follow(case: Case, *, by: Actor, now: datetime) -> None:
    """Derive what follows for a case that is locked, and say so when that closed it."""
    if derivation.derive(case, now=now):
        write(case, Verb.CLOSED, by=by, audience=Audience.ENTERPRISE, now=now, to_state=CaseState.CLOSED)


def write(case: Case, verb: Verb, *, by: Actor, audience: Audience, now: datetime, **rest: Any) -> CaseEvent:
    event = CaseEvent.objects.create(
        case=case, verb=verb, audience=audience, person=by.person, rule=by.rule, at=now, **rest
    )
    telling.tell(event, now=now)
    if case.state == CaseState.SUBMITTED and _reaches_the_enterprise(event):
        promises.contacted(case, now=now)
    return event


def _reaches_the_enterprise(event: CaseEvent) -> bool:
    """Whether somebody of the centre says something to the enterprise; who will be its contact person is not yet it."""
    heard = event.audience in {Audience.ENTERPRISE, Audience.SHARED}
    return heard and event.verb not in {Verb.RECORDED, Verb.TAKEN} and bool(event.person and event.person.works_here)
