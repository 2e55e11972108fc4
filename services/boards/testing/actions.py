"""What is done with an order of tests: samples handed over, results recorded, cases sent, reports linked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.transactions import as_one
from services.boards import ordering
from services.boards.ordering import Asking
from services.boards.testing.faults import NotFailed, NotOffered, SentAlready, StaleItem
from services.boards.testing.models import HandOver, Item, Order, OrderedCase, Report, Sample
from services.cases.models import Case, Referral, Result, Urgency
from services.catalogue.models import ConflictRole, ServiceItem
from services.intake.actions import Said

Kind = OrderedCase.Kind
ROLES = {Kind.TEST: ("testing", ConflictRole.TEST), Kind.RETEST: ("testing", ConflictRole.RETEST)}
CONSULTING = ("consulting", ConflictRole.CONSULT)
URGENCIES = {"normal": Urgency.NORMAL, "fast": Urgency.HIGH, "express": Urgency.URGENT}


@as_one
def add_sample(order: Order, columns: Mapping[str, Any], *, by: User) -> Sample:
    sample = Sample.objects.create(order=order, **columns)
    audit.record(by, "entered a sample", order, {"sample": sample.pk})
    return sample


@as_one
def add_item(order: Order, columns: Mapping[str, Any], *, by: User) -> Item:
    item = Item.objects.create(order=order, **columns)
    audit.record(by, "entered a test item", order, {"item": item.pk})
    return item


@as_one
def hand_over(sample: Sample, columns: Mapping[str, Any], *, by: User, now: datetime) -> HandOver:
    """One more line of custody; none is ever changed."""
    return HandOver.objects.create(sample=sample, noted_by=by, noted_at=now, **columns)


@as_one
def record(item: Item, *, value: str, judgement: str, subcontracted_to: str, version: int, by: User) -> Item:
    """What was measured and how it is judged.

    :raises StaleItem: ``version`` is no longer the current one.
    """
    said = {"value": value, "judgement": judgement, "subcontracted_to": subcontracted_to}
    if not Item.objects.filter(pk=item.pk, version=version).update(**said, version=F("version") + 1):
        raise StaleItem
    audit.record(by, "recorded a test result", item.order, {"item": item.pk, "judgement": judgement})
    item.refresh_from_db()
    return item


@transaction.atomic(savepoint=False)
def send(
    order: Order,
    kind: str,
    text: str,
    *,
    asking: Asking,
    now: datetime,
    item: Item | None = None,
) -> Case:
    """A case for the tests, for a re-test at another laboratory, or for help after a failure.

    :raises SentAlready: an open case of that kind is about it.
    :raises NotFailed: there is no result that a re-test or help could be about.
    :raises NotOffered: the catalogue has no service of that kind.
    """
    order = Order.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=order.pk)
    if any(one.case.is_open for one in order.cases.filter(kind=kind, item=item).select_related("case")):
        raise SentAlready
    if kind != Kind.TEST and not (item and item.judgement):
        raise NotFailed
    service = offered(kind)
    said = Said(text, order.product, order.wanted_on, service.pk, _known(service, answers(order, kind, item)))
    urgency = URGENCIES[order.urgency]
    case = ordering.order(said, asking, order.enterprise, now=now, urgency=urgency)
    OrderedCase.objects.create(order=order, case=case, kind=kind, item=item)
    return case


def offered(kind: str) -> ServiceItem:
    """The first service of the catalogue that does this."""
    board, role = ROLES.get(Kind(kind), CONSULTING)
    found = ServiceItem.objects.offered().filter(board__slug=board, conflict_role=role).in_order().first()
    if found is None:
        raise NotOffered
    return found


def answers(order: Order, kind: str, item: Item | None) -> dict[str, Any]:
    """What the order says to the questions of services, by their keys. ``first_test_body`` keeps the first laboratory
    out of the match.
    """
    samples, items = list(order.samples.all()), list(order.items.all())
    if kind == Kind.TEST:
        found = {
            "sample_name": order.product,
            "sample_spec": "；".join(one.identity for one in samples),
            "sample_quantity": len(samples),
            "test_basis": "；".join(dict.fromkeys(one.method for one in items)),
            "test_items_text": "、".join(one.parameter for one in items),
        }
    else:
        found = {
            "first_test_body": first_laboratory(order),
            "failed_items": item.parameter if item else "",
            "problem_description": f"{item.parameter}：{item.value}" if item else "",
            "main_products": order.product,
        }
    return {key: value for key, value in found.items() if value}


def first_laboratory(order: Order) -> str:
    """Who issued the first report of the test itself, else who is named on the order; never who tested again."""
    reports = order.reports.filter(result__referral__case__test_order__kind=Kind.TEST)
    first = reports.order_by("issued_on", "pk").first()
    return first.issuer if first else order.laboratory


def link(made: OrderedCase, referral: Referral, results: Iterable[Result]) -> None:
    """The reports of a confirmed referral come into the registry, with the hash of their files. Who has tested, not
    again, is the laboratory of an order that names none.
    """
    for result in results:
        if result.kind == Result.Kind.TEST_REPORT:
            document = result.document
            Report.objects.get_or_create(
                result=result,
                defaults={
                    "order": made.order,
                    "number": result.number,
                    "issued_on": result.issued_on,
                    "issuer": referral.institution.name_zh,
                    "sha256": document.attachment.sha256 if document else "",
                },
            )
    if made.kind == Kind.TEST:
        Order.objects.filter(pk=made.order_id, laboratory="").update(laboratory=referral.institution.name_zh[:200])


def _known(service: ServiceItem, given: Mapping[str, Any]) -> dict[str, Any]:
    asked = {question["key"] for question in service.intake_questions}
    return {key: value for key, value in given.items() if key in asked}
