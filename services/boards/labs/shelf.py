"""The instruments that are shared, and how one is found."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Replace
from django.utils import timezone

from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.reference.models import Region
from services.boards.labs import families, free
from services.boards.labs.free import Book
from services.boards.labs.models import BookingClaim, BookingRule, OpeningHour
from services.boards.labs.openings import Span, within

MOST_WORDS = 6
MOST_LOOKED_AT = 2000
SEARCHED = ("name", "model", "specification", "standards", "owner__name_zh", "owner__name_en")


def shared() -> QuerySet[Equipment]:
    """Instruments that anybody may look at: offered by owners in the pool."""
    rows = Equipment.objects.filter(available=True, owner__in=Institution.objects.listed())
    return rows.select_related("owner__region", "booking_rule", "parent")


def open_to(user: User | None) -> QuerySet[Equipment]:
    """Also one's own, shared or not."""
    if user is None or not user.is_authenticated or user.role != Role.PROVIDER:
        return shared()
    own = Equipment.objects.filter(owner__in=Institution.objects.of(user))
    known = Equipment.objects.filter(Q(pk__in=shared().values("pk")) | Q(pk__in=own.values("pk")))
    return known.select_related("owner__region", "booking_rule", "parent")


def find(rows: QuerySet[Equipment], *, words: str = "", region: Region | None = None) -> QuerySet[Equipment]:
    """Those with all the words in name, model, specification, standards or owner; a standard with or without blanks."""
    parts: list[Any] = []
    for name in SEARCHED:
        parts += [Cast(name, TextField()), Value(" ", TextField())]
    rows = rows.alias(searched=Replace(Concat(*parts), Value(" "), Value(""), output_field=TextField()))
    for word in words.split()[:MOST_WORDS]:
        rows = rows.filter(searched__icontains=word)
    if region:
        rows = rows.filter(owner__region__in=Region.objects.within(region))
    return rows


def free_on(rows: QuerySet[Equipment], begins: datetime, ends: datetime, *, now: datetime) -> tuple[list[int], bool]:
    """Which of them can be booked for the whole of that time, with all their parts; and whether only the newest were
    looked at. Five queries, however many there are.
    """
    bookable = BookingRule.objects.bookable().filter(equipment__in=rows).order_by("-equipment")
    rules = list(bookable[: MOST_LOOKED_AT + 1])
    found = {rule.equipment_id: rule for rule in rules[:MOST_LOOKED_AT]}
    family = families.family_of(*found)
    known = Equipment.objects.only("calibrated_until", "available").in_bulk(family.parents)
    hours: dict[int, list[OpeningHour]] = {}
    for row in OpeningHour.objects.filter(equipment__in=found):
        hours.setdefault(row.equipment_id, []).append(row)
    taken = _taken(family.parents, begins - timedelta(days=1), ends + timedelta(days=1))

    def is_free(pk: int) -> bool:
        claimed = family.claimed(pk)
        parts = [known[one] for one in claimed]
        claims = sorted(span for one in claimed for span in taken.get(one, ()))
        book = Book(found[pk], hours.get(pk, []), claims, free.calibration(parts))
        return all(one.available for one in parts) and within(book.free(begins, ends, now=now), begins, ends)

    return [pk for pk in found if is_free(pk)], len(rules) > MOST_LOOKED_AT


def _taken(equipment: Iterable[int], begins: datetime, ends: datetime) -> dict[int, list[Span]]:
    rows = BookingClaim.objects.during(list(equipment), begins, ends)
    taken: dict[int, list[Span]] = {}
    for pk, span in rows.values_list("equipment", "span"):
        taken.setdefault(pk, []).append((span.lower, span.upper))
    return taken


def next_free(rule: BookingRule, *, now: datetime) -> date:
    """The first day of the next three weeks on which a free slot begins; today if there is none."""
    ends = now + timedelta(days=21)
    slots = free.book_of(rule, now - timedelta(days=1), ends + timedelta(days=1)).slots(now, ends, now=now)
    begins, _ends = next(slots, (now, now))
    return timezone.localdate(begins)


def slots_of(rule: BookingRule, day: date, *, now: datetime) -> list[Span]:
    """The free slots that begin on a day."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    ends = begins + timedelta(days=1)
    book = free.book_of(rule, begins - timedelta(days=1), ends + timedelta(days=1))
    return list(book.slots(begins, ends, now=now))


def parts_of(equipment: Equipment) -> QuerySet[Equipment]:
    claimed = families.family_of(equipment.pk).claimed(equipment.pk)
    return Equipment.objects.filter(pk__in=claimed).exclude(pk=equipment.pk).order_by("pk")
