"""What an accepted application becomes: rows of the pool, in the transaction of the decision."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, gettext_noop

from experts import credentials
from experts import standing as standings
from experts.credentials import Claim, ScopeRow
from experts.models import Equipment, Expert, Institution, InstitutionMembership
from portal import refusals
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.sayings import saying
from services.directory.models import Capability, ProviderCalendar
from services.pool.models import Application, HeldCredential, OfferedItem

Kind = Application.Kind
ACCEPTED = saying(gettext_noop("The application was accepted."))
ON_PROBATION = saying(gettext_noop("Admitted on probation."))
AGAIN = saying(gettext_noop("Removed before, it applies again."))
refusals.constraint(
    "equipment_serial_once",
    gettext_lazy("An instrument with this owner, name, model and serial number is there already."),
)


def is_known(application: Application) -> bool:
    """In the pool already; one that was removed may come back."""
    return _same(application).exists() and former(application) is None


def former(application: Application) -> Institution | None:
    """The one that was removed and applies again; not one of the same name with another credit code."""
    same = list(_same(application)[:2])
    if len(same) != 1 or same[0].standing != Institution.Standing.REMOVED:
        return None
    return same[0] if same[0].uscc in {None, application.uscc} else None


def _same(application: Application) -> QuerySet[Institution]:
    same = Q(name_zh=application.name)
    if application.uscc:
        same |= Q(uscc=application.uscc)
    return Institution.objects.filter(same).order_by("pk")


def take_in(application: Application, *, standing: str, by: User, now: datetime) -> dict[str, Any]:
    """The row that comes of the application, by the name of its column there."""
    if application.kind == Kind.EXPERT:
        return {"expert": _expert(application, now=now)}
    if application.kind == Kind.EQUIPMENT:
        return {"equipment": _equipment(application)}
    institution = _institution(application, standing=standing, by=by, now=now)
    for row in application.credentials.exclude(decision=HeldCredential.Decision.REFUSED).select_related("type"):
        _credential(institution, row, by=by, now=now)
    _capabilities(institution, application)
    return {"institution": institution}


def _institution(application: Application, *, standing: str, by: User, now: datetime) -> Institution:
    said = {"by": by, "now": now, "rule": f"application {application.pk}"}
    institution = former(application)
    if institution is None:
        institution = Institution.objects.create(**_columns(application, now))
    else:
        _come_back(institution, _columns(application, now), said)
    _admit(institution, standing, said)
    if application.calendar_id:
        calendar = {"calendar_id": application.calendar_id}
        ProviderCalendar.objects.update_or_create(institution=institution, defaults=calendar)
    if not application.entered:
        InstitutionMembership.objects.update_or_create(
            user=application.applicant, institution=institution, defaults={"active": True}
        )
        _give_role(application.applicant, Role.PROVIDER)
    return institution


def _columns(application: Application, now: datetime) -> dict[str, Any]:
    assert application.region is not None  # without one it could not be sent
    return {
        "name_zh": application.name,
        "name_en": application.name_en,
        "uscc": application.uscc or None,
        "kind": application.kind,
        "region": application.region,
        "address": application.address,
        "introduction_zh": application.introduction,
        "contact_name": application.contact_name,
        "phone": application.phone,
        "email": application.email,
        "weekly_capacity": application.weekly_capacity,
        "confirmed_at": now,
    }


def _come_back(institution: Institution, columns: dict[str, Any], said: dict[str, Any]) -> None:
    """The same row with its history; of what it offered before, only what is applied for again."""
    for name, value in columns.items():
        setattr(institution, name, value)
    institution.save(update_fields=columns)
    institution.capabilities.update(state=Capability.State.RETIRED)
    standings.move(institution, Institution.Standing.APPLIED, **said, reason=AGAIN)


def _admit(institution: Institution, standing: str, said: dict[str, Any]) -> None:
    standings.admit(institution, **said, reason=ACCEPTED)
    if standing == Institution.Standing.PROBATION:
        standings.move(institution, standing, **said, reason=ON_PROBATION)


def _credential(institution: Institution, row: HeldCredential, *, by: User, now: datetime) -> None:
    """Claimed, then checked, then valid: as far as the curator got. What is on record from earlier stays as it is."""
    known = {"type": row.type, "number": row.number, "valid_from": row.valid_from}
    if institution.credentials.filter(**known).exists():
        return
    said = Claim(
        type=row.type,
        number=row.number,
        issuer=row.issuer,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        scope=tuple(ScopeRow(*line) for line in row.scope),
        attachment=row.attachment,
    )
    credential = credentials.check(credentials.claim(institution, said), by=by, now=now)
    if row.decision == HeldCredential.Decision.VALID:
        credentials.validate(credential, by=by, now=now)


def _capabilities(institution: Institution, application: Application) -> None:
    for row in application.items.filter(decision=OfferedItem.Decision.APPROVED).prefetch_related("regions"):
        offered = {
            "state": Capability.State.APPROVED,
            "fee": row.fee,
            "price": row.price,
            "promised_working_days": row.promised_working_days,
            "scope_note": row.scope_note,
        }
        capability, _new = Capability.objects.update_or_create(
            institution=institution, item_id=row.item_id, defaults=offered
        )
        capability.regions.set(row.regions.all())


def _expert(application: Application, *, now: datetime) -> Expert:
    said = application.details
    expert = Expert.objects.create(
        user=None if application.entered else application.applicant,
        name=application.name,
        employer_name=said.get("employer_name", ""),
        title=said.get("title", ""),
        fields=said.get("subjects", ""),
        languages=said.get("languages", ""),
        availability=said.get("availability", ""),
        interests_declared=said.get("interests", ""),
        region=application.region,
        phone=application.phone,
        email=application.email,
        confirmed_at=now,
    )
    named = Institution.objects.filter(name_zh=expert.employer_name).select_related("merged_into")
    if expert.employer_name and (employer := named.first()):
        expert.employer, expert.employer_name = employer.meant, ""
        expert.save(update_fields=["employer", "employer_name"])
    if not application.entered:
        _give_role(application.applicant, Role.EXPERT)
    return expert


def _equipment(application: Application) -> Equipment:
    said = application.details
    until = said.get("calibrated_until")
    assert application.owner is not None  # without one it could not be sent
    return Equipment.objects.create(
        owner=application.owner,
        name=application.name,
        model=said.get("model", ""),
        serial=said.get("serial", ""),
        specification=said.get("specification", ""),
        calibrated_until=date.fromisoformat(until) if until else None,
        fee=said.get("fee", ""),
        conditions=said.get("conditions", ""),
    )


def _give_role(user: User, role: Role) -> None:
    """Whoever came as an enterprise user now works on the other side; their sessions end with the role."""
    User.objects.filter(pk=user.pk, role=Role.ENTERPRISE).update(role=role)
