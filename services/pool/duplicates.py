"""Who in the pool, among the enterprises or among open applications might be the same as an applicant."""

from dataclasses import dataclass

from django.db.models import F, Q, Value

from enterprises.models import Enterprise
from experts import names
from experts.models import Institution
from services.pool.models import Application


@dataclass(frozen=True)
class Found:
    """What is alike, and in what: any of "uscc", "name", "phone"."""

    row: Institution | Application | Enterprise
    alike_in: tuple[str, ...]


def institutions(application: Application) -> list[Found]:
    rows = Institution.objects.alike(name=application.name, uscc=application.uscc, phone=application.phone)
    return [Found(row, _alike(application, row.uscc, row.name_zh, row.phone)) for row in rows.order_by("pk")[:10]]


def applications(application: Application) -> list[Found]:
    """Other open applications for an institution."""
    same = Q(name_key=names.key(Value(application.name)))
    if application.uscc:
        same |= Q(uscc=application.uscc)
    if application.phone:
        same |= Q(phone=application.phone)
    rows = Application.objects.alias(name_key=names.key(F("name"))).open().filter(same).exclude(pk=application.pk)
    shown = rows.exclude(state="draft").order_by("pk")[:10]
    return [Found(row, _alike(application, row.uscc, row.name, row.phone)) for row in shown]


def enterprises(application: Application) -> list[Found]:
    """Enterprises under the same credit code: they may provide as well, but then it should be said who is who."""
    rows = Enterprise.objects.filter(uscc=application.uscc).exclude(state=Enterprise.State.MERGED)
    return [Found(row, ("uscc",)) for row in rows] if application.uscc else []


def _alike(application: Application, uscc: str | None, name: str, phone: str) -> tuple[str, ...]:
    same = {
        "uscc": bool(uscc) and uscc == application.uscc,
        "phone": bool(phone) and phone == application.phone,
    }
    found = tuple(column for column, yes in same.items() if yes)
    return found if found and name != application.name else ("name", *found)
