"""An order for many instruments, and what becomes of the ledger when its results are confirmed."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db.models import F, Q

from enterprises.models import Enterprise
from portal import words
from portal.audit import actions as audit
from portal.transactions import as_one
from services.boards import ordering as cases
from services.boards.metrology import ordering
from services.boards.metrology.faults import NothingChosen, OrderedAlready
from services.boards.metrology.models import Batch, BatchLine, Instrument
from services.boards.metrology.ordering import Plan
from services.boards.ordering import Asking
from services.cases.models import Referral, Result
from services.intake.actions import Said

CERTIFICATES = frozenset({Result.Kind.CERTIFICATE, Result.Kind.CALIBRATION_CERTIFICATE})


@as_one
def order(
    chosen: Collection[int],
    plan: Plan,
    *,
    enterprise: Enterprise,
    asking: Asking,
    now: datetime,
) -> Batch:
    """Make one case of the chosen instruments, its table filled in.

    :raises NothingChosen: none of them is on the ledger of the enterprise.
    :raises OrderedAlready: an open order names some of them.
    """
    rows = Instrument.objects.kept().filter(enterprise=enterprise, pk__in=chosen)
    instruments = list(rows.select_for_update(of=("self",)).order_by("due_on", "pk"))
    if not instruments:
        raise NothingChosen
    waiting = BatchLine.objects.open().filter(instrument__in=instruments)
    if there := list(waiting.select_related("instrument", "batch__case").order_by("pk")):
        raise OrderedAlready.by(there)
    given = ordering.given(plan, instruments)
    said = Said(ordering.sentence(instruments), ordered_item=plan.item.pk, answers=given)
    case = cases.order(said, asking, enterprise, now=now)
    batch = Batch.objects.create(
        case=case,
        place=plan.place,
        address=plan.address,
        from_on=plan.from_on,
        until_on=plan.until_on,
        access=plan.access,
        ordered_by=asking.by,
        ordered_at=now,
    )
    BatchLine.objects.bulk_create(BatchLine(batch=batch, instrument=one) for one in instruments)
    audit.record(asking.by, "ordered", batch, {"instruments": len(instruments)})
    return batch


def keep_certificates(referral: Referral, results: Sequence[Result], *, now: datetime) -> int:
    """Write number and day of the certificates to the instruments that the need names; how many. One that knows a
    later certificate already keeps it, and one whose certificate has not come stays as it is.
    """
    certificates = sorted((one for one in results if one.kind in CERTIFICATES), key=lambda one: (one.issued_on, one.pk))
    done = 0
    for instrument, result in _matched(covered(referral), certificates) if certificates else ():
        BatchLine.objects.filter(instrument=instrument, batch__case=referral.case_id, done_at=None).update(
            done_at=now, result=result
        )
        if instrument.last_on is None or instrument.last_on <= result.issued_on:
            done += Instrument.objects.filter(pk=instrument.pk).update(
                certificate=result.number or instrument.certificate,
                last_on=result.issued_on,
                due_set_on=None,
                version=F("version") + 1,
                changed_at=now,
            )
    return done


def covered(referral: Referral) -> list[Instrument]:
    """The instruments of the ledger that the need is about: those its table names, else those of its batch."""
    rows = Instrument.objects.kept().filter(enterprise=referral.case.enterprise_id).select_for_update().order_by("pk")
    ordered = Q(pk__in=BatchLine.objects.filter(batch__case=referral.case_id).values("instrument"))
    table = referral.need.answers.get(ordering.LIST) or []
    named = {(row.get("serial_no", ""), row.get("name", "")) for row in table if isinstance(row, dict)}
    if not named:
        return list(rows.filter(ordered))
    found = rows.filter(ordered | Q(serial__in={serial for serial, _name in named if serial}))
    return [one for one in found if (ordering.cell(one.serial), ordering.cell(one.name)) in named]


def _matched(instruments: Sequence[Instrument], certificates: Sequence[Result]) -> Iterator[tuple[Instrument, Result]]:
    """To each the last certificate that names its serial number, else the last that names nobody's, if there is one."""
    own = [_naming(one.serial, certificates) for one in instruments]
    named = {result.pk for results in own for result in results}
    common = [result for result in certificates if result.pk not in named]
    for instrument, results in zip(instruments, own, strict=True):
        if fit := results or common:
            yield instrument, fit[-1]


def _naming(serial: str, certificates: Sequence[Result]) -> list[Result]:
    """However wide or high its letters were typed."""
    named = re.compile(rf"(?<![0-9A-Za-z]){re.escape(serial)}(?![0-9A-Za-z])", re.IGNORECASE)
    return [one for one in certificates if named.search(words.fold(f"{one.number} {one.summary}"))]
