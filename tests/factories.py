"""Dull makers of rows: each gives one valid row, through the real actions where there are any."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from enterprises.models import Enterprise, Membership
from experts.models import Asking, Credential, CredentialType, Grade, Institution, InstitutionMembership, Rating
from experts.reckoning import reckon_one
from portal import words
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from portal.reference.models import Region, code_ancestors
from services.cases import actions as cases
from services.cases.actions import Contact, NewNeed
from services.cases.actors import Actor
from services.cases.models import Audience, Case, Channel, Need, Referral, Verb
from services.cases.states import ReferralState
from services.catalogue.models import Board, ServiceItem
from services.directory.models import Capability
from services.stations.actions import place
from services.stations.models import Assignment, Station

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
PASSWORD = "A long pass phrase, 2026"
CHENGDU_COUNTY = "510185"

BOARDS = {
    "SM": ("metrology", "标准计量", "Standards and Metrology"),
    "CA": ("certification", "认证认可", "Certification and Accreditation"),
    "TI": ("testing", "检验检测", "Testing and Inspection"),
    "IP": ("ip", "知识产权", "Intellectual Property"),
    "MC": ("consulting", "管理咨询", "Management Consulting"),
    "LS": ("labs", "实验室共享", "Laboratory Sharing"),
}
_numbers = count(1)


# People and places


def make_region(code: str = CHENGDU_COUNTY) -> Region:
    """The region with that code and those around it; the level follows from the code."""
    codes = [*code_ancestors(code), code]
    known = Region.objects.in_bulk(codes)
    if code not in known:
        for each, parent in zip(codes, [None, *codes], strict=False):
            known.setdefault(each, _region(each, known.get(parent)))
        Region.objects.bulk_create(known.values(), ignore_conflicts=True)
    return known[code]


def _region(code: str, parent: Region | None) -> Region:
    level = 4 if len(code) == 9 else 1 if code.endswith("0000") else 2 if code.endswith("00") else 3
    return Region(code=code, parent=parent, level=level, name_zh=f"地区{code}", name_en=f"Region {code}")


def make_station(**fields: Any) -> Station:
    """The one centre; a further station below it when ``parent`` is given."""
    if "parent" not in fields and (centre := Station.objects.filter(parent=None).order_by("pk").first()):
        return centre
    number = next(_numbers)
    station = Station(
        **{
            "name_zh": f"服务中心{number}",
            "name_en": f"Service centre {number}",
            "kind": Station.Kind.WINDOW if "parent" in fields else Station.Kind.CENTRE,
            "region": fields.get("region") or make_region(),
            **fields,
        }
    )
    place(station)
    return station


def make_user(role: str = Role.ENTERPRISE, *, station: Station | None = None, **fields: Any) -> User:
    """One person. Whoever reads cases is assigned to ``station``, the centre if none is named."""
    number = next(_numbers)
    password = fields.pop("password", None)
    user = User.objects.create_user(
        **{"username": f"{role}-{number}", "name": f"{role} {number}", "password": password, "role": role, **fields}
    )
    if role in READERS:
        Assignment.objects.create(user=user, station=station or make_station())
    return user


def make_enterprise(user: User | None = None, **fields: Any) -> Enterprise:
    """A registered enterprise with a fictional identifier, owned by ``user`` if given."""
    number = next(_numbers)
    name = fields.pop("name", f"示例企业{number}有限公司")
    fields.setdefault("region", make_region())
    fields.setdefault("other_identifier", f"FICTION-{number}")
    enterprise = Enterprise.objects.create(
        **{"name": name, "name_key": words.pinyin_key(name)[:400], "state": Enterprise.State.REGISTERED, **fields}
    )
    if user:
        Membership.objects.create(
            user=user, enterprise=enterprise, role=Membership.Role.OWNER, state=Membership.State.ACTIVE
        )
    return enterprise


# The pool


def make_institution(user: User | None = None, **fields: Any) -> Institution:
    """An active institution, with ``user`` acting for it if given."""
    number = next(_numbers)
    institution = Institution.objects.create(
        **{
            "name_zh": f"示例机构{number}",
            "name_en": f"Institution {number}",
            "standing": Institution.Standing.ACTIVE,
            "region": fields.get("region") or make_region(),
            **fields,
        }
    )
    if user:
        InstitutionMembership.objects.create(user=user, institution=institution)
    return institution


def make_credential(institution: Institution, type: str = "CMA", **fields: Any) -> Credential:
    """A valid credential of that type, from a year before to a year after :data:`TODAY`."""
    kind, _made = CredentialType.objects.get_or_create(code=type, defaults={"name_zh": f"资质{type}", "name_en": type})
    return Credential.objects.create(
        **{
            "institution": institution,
            "type": kind,
            "number": f"{type}-{next(_numbers)}",
            "valid_from": TODAY - timedelta(days=365),
            "valid_to": TODAY + timedelta(days=365),
            "state": Credential.State.VALID,
            **fields,
        }
    )


def make_capability(
    institution: Institution, item: ServiceItem, *, regions: Sequence[Region] = (), **fields: Any
) -> Capability:
    """An approved capability; no regions means everywhere."""
    capability = Capability.objects.create(
        **{"institution": institution, "item": item, "state": Capability.State.APPROVED, **fields}
    )
    capability.regions.set(regions)
    return capability


def make_rating(institution: Institution, *, grade: int = Grade.SATISFIED, **fields: Any) -> Rating:
    """One counted answer, from an enterprise of its own unless ``enterprise_ref`` is given; the score follows."""
    number = next(_numbers)
    rating = Rating.objects.create(
        **{
            "institution": institution,
            "board": "TI",
            "referral_ref": 1_000_000 + number,
            "enterprise_ref": 1_000_000 + number,
            "grade": grade,
            "source": Rating.Source.LINK,
            "rated_at": NOW,
            **fields,
        }
    )
    at = rating.rated_at
    Asking.objects.get_or_create(
        referral_ref=rating.referral_ref,
        defaults={"institution": institution, "board": rating.board, "asked_at": at, "answered_at": at},
    )
    reckon_one(institution.pk, now=max(at, timezone.now()))
    return rating


# The catalogue


def make_board(code: str = "TI") -> Board:
    slug, name_zh, name_en = BOARDS.get(code, (code.lower(), f"版块{code}", f"Board {code}"))
    board, _made = Board.objects.get_or_create(
        code=code,
        defaults={
            "slug": slug,
            "name_zh": name_zh,
            "name_en": name_en,
            "service_class": Board.ServiceClass.NQI,
            "order": next(_numbers),
        },
    )
    return board


def make_item(board: str = "TI", **fields: Any) -> ServiceItem:
    """A service item that asks for no credential."""
    number = next(_numbers)
    return ServiceItem.objects.create(
        **{
            "code": f"{board}-X{number}",
            "board": make_board(board),
            "order": number % 30_000,
            "name_zh": f"服务事项{number}",
            "name_en": f"Service item {number}",
            "summary_zh": "说明",
            "summary_en": "Summary",
            "required_credentials": ["NONE"],
            "credential_mode": "any",
            "promised_working_days": 10,
            "promise_covers": "result",
            "delivery": ["test_report"],
            **fields,
        }
    )


# Cases


def make_case(
    *, enterprise: Enterprise | None = None, submitter: User | None = None, now: datetime = NOW, **fields: Any
) -> Case:
    """A submitted case, opened by its one door."""
    submitter = submitter or make_user()
    return cases.open(
        **{
            "text": "我们的产品需要检测",
            "product": "卫生陶瓷",
            "contact": Contact(name="王经理", phone="+8613800138000", email="wang@enterprise.example"),
            "channel": Channel.WEB,
            "station": make_station(),
            "now": now,
            "submitter": submitter,
            "enterprise": enterprise,
            **fields,
        }
    )


def make_need(
    case: Case | None = None,
    item: ServiceItem | None = None,
    *,
    by: User | None = None,
    now: datetime = NOW,
    **fields: Any,
) -> Need:
    """A seeking need; its case is triaged first where it is not yet."""
    case = case or make_case(enterprise=make_enterprise(), now=now)
    actor = Actor.of(by or case.owner or make_user(Role.SPECIALIST, station=case.station))
    piece = NewNeed(item=item or make_item(), **{"description": "送检样品三件", **fields})
    if case.state == "submitted":
        [need] = cases.triage(case, [piece], by=actor, now=now, urgency="normal", version=None)
    else:
        [need] = cases.add_needs(case, [piece], by=actor, now=now)
    case.refresh_from_db()
    return need


_TAKEN = (ReferralState.ACCEPTED, ReferralState.IN_PROGRESS)
_DELIVERED = (*_TAKEN, ReferralState.DELIVERED)
WAYS: dict[str, tuple[str, ...]] = {
    ReferralState.OFFERED: (),
    ReferralState.ACCEPTED: (ReferralState.ACCEPTED,),
    ReferralState.QUOTED: (ReferralState.ACCEPTED, ReferralState.QUOTED),
    ReferralState.IN_PROGRESS: _TAKEN,
    ReferralState.DELIVERED: _DELIVERED,
    ReferralState.DISPUTED: (*_DELIVERED, ReferralState.DISPUTED),
    ReferralState.CONFIRMED: (*_DELIVERED, ReferralState.CONFIRMED),
    ReferralState.DECLINED: (ReferralState.DECLINED,),
    ReferralState.EXPIRED: (ReferralState.EXPIRED,),
    ReferralState.RECALLED: (ReferralState.RECALLED,),
    ReferralState.ABANDONED: (ReferralState.ACCEPTED, ReferralState.ABANDONED),
    ReferralState.CANCELLED: (ReferralState.ACCEPTED, ReferralState.CANCELLED),
    ReferralState.UNRESOLVED: (*_DELIVERED, ReferralState.DISPUTED, ReferralState.UNRESOLVED),
}
VERBS = {ReferralState.IN_PROGRESS: Verb.PROGRESSED}


def make_referral(
    need: Need | None = None,
    institution: Institution | None = None,
    *,
    state: str = ReferralState.OFFERED,
    by: User | None = None,
    now: datetime = NOW,
    **columns: Any,
) -> Referral:
    """A referral that went the shortest way to ``state``, step by step; ``columns`` go in with the offer."""
    need = need or make_need(now=now)
    institution = institution or make_institution()
    handler = by or need.case.owner or make_user(Role.SPECIALIST)
    referral = cases.offer(need, institution, by=Actor.of(handler), handler=handler, now=now, **columns)
    for step in WAYS[state]:
        move_referral(referral, step, by=handler, now=now)
    need.refresh_from_db()
    need.case.refresh_from_db()
    return referral


def move_referral(referral: Referral, to: str, *, by: User, now: datetime = NOW) -> Referral:
    """One step with the columns it needs."""
    columns: dict[str, object] = {}
    if to in {ReferralState.ACCEPTED, ReferralState.DELIVERED, ReferralState.CONFIRMED}:
        columns[f"{to}_at"] = now
    if to == ReferralState.DECLINED:
        columns["decline_reason"] = "no_capacity"
    return cases.move(
        referral,
        to,
        verb=VERBS.get(ReferralState(to)) or Verb(to),
        by=Actor.of(by),
        now=now,
        audience=Audience.SHARED,
        **columns,
    )


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def on(day: str) -> date:
    return date.fromisoformat(day)
