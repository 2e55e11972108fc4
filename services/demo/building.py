"""A small centre to try everything with. Everybody and everything in it is invented and says so in its name."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from enterprises import actions as enterprises
from enterprises.actions import Profile
from enterprises.models import Enterprise, Membership
from experts import standing
from experts.models import (
    Credential,
    CredentialScope,
    Equipment,
    Expert,
    Institution,
    InstitutionMembership,
)
from portal.accounts import actions as accounts
from portal.accounts.models import Consent, User
from portal.accounts.roles import READERS, Role
from portal.reference.models import Industry, Region
from portal.transactions import as_one
from services.catalogue.models import ServiceItem
from services.directory.models import Capability
from services.stations.actions import place
from services.stations.models import Assignment, Station

CENTRE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "centre.json").read_text(encoding="utf-8"))
ROLES = {"rival": Role.ENTERPRISE, "applicant": Role.ENTERPRISE}
AGREED_TO = (Consent.Purpose.ACCOUNT, Consent.Purpose.SHARING)


@as_one
def build(*, now: datetime) -> dict[str, User]:
    """Make whatever is missing of the demo centre; returns its people by role."""
    stations = _stations()
    institutions = {row["key"]: _institution(row, now=now) for row in CENTRE["institutions"]}
    _pool(institutions)
    firms = {row["key"]: _enterprise(row) for row in CENTRE["enterprises"]}
    people = {row["role"]: _person(row, stations["centre"], institutions, firms) for row in CENTRE["people"]}
    for key, firm in firms.items():
        _contact(key, firm)
    for user in people.values():
        if user.role == Role.ENTERPRISE and not user.consents.exists():
            accounts.give_consents(user, AGREED_TO, Consent.Channel.WEB, now)
    return people


def _stations() -> dict[str, Station]:
    made: dict[str, Station] = {}
    for row in CENTRE["stations"]:
        station = Station.objects.filter(name_zh=row["name_zh"]).first()
        if station is None:
            fields = {name: value for name, value in row.items() if name not in {"key", "parent", "region"}}
            station = Station(**fields, region_id=row["region"], parent=made.get(row.get("parent", "")))
            place(station)
        made[row["key"]] = station
    return made


def _institution(row: dict[str, Any], *, now: datetime) -> Institution:
    today = timezone.localdate(now)
    plain = ("kind", "weekly_capacity", "name_en", "introduction_zh", "introduction_en")
    institution, made = Institution.objects.get_or_create(
        name_zh=row["name_zh"],
        defaults={
            **{name: row[name] for name in plain if name in row},
            "region_id": row["region"],
        },
    )
    if made:
        standing.admit(institution, by=None, now=now, reason="演示数据", rule="demo")
        for credential in row["credentials"]:
            _credential(institution, credential, today=today)
        _capabilities(institution, row)
    return institution


def _credential(institution: Institution, row: dict[str, Any], *, today: date) -> None:
    ends = today - timedelta(days=30) if row.get("expired") else today + timedelta(days=900)
    credential = Credential.objects.create(
        institution=institution,
        type_id=row["type"],
        number=row["number"],
        issuer="演示发证机关",
        valid_from=ends - timedelta(days=6 * 365),
        valid_to=ends,
        state=Credential.State.VALID,
    )
    CredentialScope.objects.bulk_create(
        CredentialScope(credential=credential, object=thing, parameter=parameter, method=method, range=span)
        for thing, parameter, method, span in row.get("scope", [])
    )


def _capabilities(institution: Institution, row: dict[str, Any]) -> None:
    known = set(ServiceItem.objects.filter(pk__in=row["items"]).values_list("pk", flat=True))
    Capability.objects.bulk_create(
        Capability(
            institution=institution,
            item_id=code,
            state=Capability.State.APPROVED,
            designated=code in row.get("designated", []),
            fee=row["fee"],
            price=row.get("price_zh", ""),
        )
        for code in row["items"]
        if code in known
    )


def _pool(institutions: dict[str, Institution]) -> None:
    for row in CENTRE["experts"]:
        fields = {**row, "employer": institutions[row["employer"]], "region_id": row["region"]}
        del fields["region"]
        Expert.objects.get_or_create(name=fields.pop("name"), defaults=fields)
    for row in CENTRE["equipment"]:
        fields = {**row, "owner": institutions[row["owner"]]}
        Equipment.objects.get_or_create(name=fields.pop("name"), defaults=fields)


def _enterprise(row: dict[str, Any]) -> Enterprise:
    known = Enterprise.objects.filter(uscc=row["uscc"]).first()
    if known:
        return known
    enterprise = enterprises.provisional(
        Profile(
            name=row["name"],
            uscc=row["uscc"],
            region=Region.objects.get(pk=row["region"]),
            industry=Industry.objects.get(pk=row["industry"]),
            employees=row["employees"],
            revenue_10k_cny=row["revenue_10k_cny"],
        )
    )
    enterprise.state = Enterprise.State.REGISTERED
    enterprise.save(update_fields=["state"])
    return enterprise


def _person(
    row: dict[str, Any], centre: Station, institutions: dict[str, Institution], firms: dict[str, Enterprise]
) -> User:
    role = ROLES.get(row["role"], row["role"])
    user = User.objects.filter(username=row["username"]).first()
    user = user or User.objects.create_user(row["username"], None, name=row["name"], role=role)
    if role in READERS:
        Assignment.objects.get_or_create(user=user, station=centre)
    if "institution" in row:
        InstitutionMembership.objects.get_or_create(user=user, institution=institutions[row["institution"]])
    if "enterprise" in row:
        Membership.objects.get_or_create(
            user=user,
            enterprise=firms[row["enterprise"]],
            defaults={"role": Membership.Role.OWNER, "state": Membership.State.ACTIVE},
        )
    if role == Role.EXPERT:
        Expert.objects.filter(name=row["name"], user=None).update(user=user)
    return user


def _contact(key: str, firm: Enterprise) -> None:
    """Somebody who speaks for an enterprise that nobody of the demo's people does; they cannot sign in."""
    if not firm.memberships.exists():
        user = User.objects.create_user(f"demo-{key}", None, name="演示联系人", role=Role.ENTERPRISE)
        Membership.objects.create(user=user, enterprise=firm, role=Membership.Role.OWNER, state=Membership.State.ACTIVE)
