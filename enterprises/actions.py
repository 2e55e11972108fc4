"""How an enterprise comes to be known, and how people come to speak for it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises import size_classes
from enterprises.models import Enterprise, Membership
from portal import words
from portal.accounts.models import User
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from portal.reference.models import Industry, Region
from portal.refusals import Conflict
from portal.transactions import as_one

Row = TypeVar("Row", bound=Model)


class NotYours(Conflict):
    """Only an owner, or the desk where nobody owns the enterprise yet, lets people in."""

    title = _("Not yours to decide")
    detail = _("Only an owner of the enterprise can let people in.")


@dataclass(frozen=True)
class Profile:
    """What an enterprise says about itself. ``uscc`` is checked and tidied; revenue and assets are in 10,000 CNY."""

    name: str
    uscc: str | None = None
    other_identifier: str = ""
    region: Region | None = None
    industry: Industry | None = None
    address: str = ""
    employees: int | None = None
    revenue_10k_cny: Decimal | None = None
    assets_10k_cny: Decimal | None = None

    def columns(self) -> dict[str, object]:
        """The columns of the row, with the class computed from what was declared."""
        finding = size_classes.find(
            self.industry.size_rule if self.industry else "",
            employees=self.employees,
            revenue_10k_cny=self.revenue_10k_cny,
            assets_10k_cny=self.assets_10k_cny,
        )
        return {
            "name": self.name,
            "name_key": words.pinyin_key(self.name)[:400],
            "uscc": self.uscc or None,
            "other_identifier": self.other_identifier,
            "region": self.region,
            "industry": self.industry,
            "address": self.address,
            "employees": self.employees,
            "revenue_10k_cny": self.revenue_10k_cny,
            "assets_10k_cny": self.assets_10k_cny,
            "size_class": finding.size_class if self.industry else size_classes.SizeClass.UNKNOWN,
        }


@as_one
def register(user: User, profile: Profile, *, now: datetime) -> Membership:
    """Register an enterprise with its first person as owner; where the code is known already, ask to be let in instead.

    A provisional enterprise is taken over at once only by whoever proved the phone number it was recorded with;
    otherwise the desk
    looks first, because its cases are somebody's.
    """
    known = _known(profile)
    if known is None and (made := _make(user, profile)):
        return _join(user, made, role=Membership.Role.OWNER, state=Membership.State.ACTIVE, by=user, now=now)
    known = known or _known(profile)
    if known is None:
        raise Conflict
    if _is_theirs(known, user):
        _rewrite(known, {**profile.columns(), "state": Enterprise.State.REGISTERED})
        return _join(user, known, role=Membership.Role.OWNER, state=Membership.State.ACTIVE, by=user, now=now)
    return ask_to_join(user, known, now=now)


def _is_theirs(known: Enterprise, user: User) -> bool:
    """Recorded with the phone number they proved, and nobody else speaks for it by now."""
    proved = known.state == Enterprise.State.PROVISIONAL and known.phone and known.phone == user.phone
    return bool(proved) and not Membership.objects.owners().filter(enterprise=known).exists()


@as_one
def ask_to_join(user: User, enterprise: Enterprise, *, now: datetime) -> Membership:
    """Ask the owners to be let in. Asking again changes nothing, and never opens a twin."""
    membership = _join(user, enterprise, role=Membership.Role.MEMBER, state=Membership.State.PENDING, by=None, now=now)
    owners = Membership.objects.owners().filter(enterprise=enterprise).select_related("user")
    recipients = [Recipient(user=owner.user) for owner in owners]
    if recipients and membership.state == Membership.State.PENDING:
        notices.tell(
            recipients,
            "membership_asked",
            key=f"membership-{membership.pk}-asked-{now:%Y%m%d}",
            facts={"name": str(user), "enterprise": enterprise.name},
            path=reverse("enterprises:mine"),
            now=now,
        )
    return membership


@as_one
def decide(membership: Membership, *, accept: bool, by: User, now: datetime) -> Membership:
    """Let somebody in or not.

    :raises NotYours: ``by`` is no owner, or nobody owns the enterprise and ``by`` is not of the desk.
    :raises Conflict: somebody else has decided.
    """
    enterprise = Enterprise.objects.select_for_update(no_key=True).get(pk=membership.enterprise_id)
    owners = Membership.objects.owners().filter(enterprise=enterprise)
    owned = owners.exists()
    if not (owners.filter(user=by).exists() or (not owned and by.is_desk)):
        raise NotYours
    if not Membership.objects.awaiting_approval().filter(pk=membership.pk).exists():
        raise Conflict
    membership.state = Membership.State.ACTIVE if accept else Membership.State.REFUSED
    membership.decided_by, membership.decided_at = by, now
    if accept and not owned:
        membership.role = Membership.Role.OWNER
        _rewrite(enterprise, {"state": Enterprise.State.REGISTERED} if enterprise.uscc else {})
    membership.save(update_fields=["state", "role", "decided_by", "decided_at"])
    notices.tell(
        [Recipient(user=membership.user)],
        "membership_accepted" if accept else "membership_refused",
        key=f"membership-{membership.pk}-{now.isoformat()}",
        facts={"enterprise": enterprise.name},
        path=reverse("enterprises:mine"),
        now=now,
    )
    return membership


@as_one
def describe(enterprise: Enterprise, profile: Profile) -> Enterprise:
    """Change what an enterprise says about itself; its credit code stays."""
    columns = profile.columns()
    columns["uscc"] = enterprise.uscc or columns["uscc"]
    return _rewrite(enterprise, columns)


def provisional(profile: Profile, *, phone: str = "", contact_name: str = "") -> Enterprise:
    """Record an enterprise for a caller; the one with the same credit code if there is one."""
    if profile.uscc and (known := Enterprise.objects.filter(uscc=profile.uscc).first()):
        return known
    return Enterprise.objects.create(phone=phone, contact_name=contact_name, **profile.columns())


def _make(user: User, profile: Profile) -> Enterprise | None:
    """A new registered enterprise; None where somebody was quicker with the same credit code."""
    contact = {"phone": user.phone or "", "contact_name": user.name}
    try:
        with transaction.atomic():
            return Enterprise.objects.create(state=Enterprise.State.REGISTERED, **contact, **profile.columns())
    except IntegrityError:
        return None


def _known(profile: Profile) -> Enterprise | None:
    """The enterprise that is meant, locked: by credit code, else by name and other identifier together."""
    rows = Enterprise.objects.select_for_update(no_key=True).exclude(state=Enterprise.State.MERGED)
    if profile.uscc:
        return rows.filter(uscc=profile.uscc).first()
    same_name = rows.filter(uscc=None, name_key=words.pinyin_key(profile.name)[:400], name=profile.name)
    return same_name.filter(other_identifier__iexact=profile.other_identifier).order_by("pk").first()


def _join(user: User, enterprise: Enterprise, *, role: str, state: str, by: User | None, now: datetime) -> Membership:
    membership, made = Membership.objects.get_or_create(
        user=user,
        enterprise=enterprise,
        defaults={"role": role, "state": state, "decided_by": by, "decided_at": now if by else None},
    )
    waits = state == Membership.State.ACTIVE and membership.state == Membership.State.PENDING
    if not made and (waits or membership.state in {Membership.State.REFUSED, Membership.State.LEFT}):
        _rewrite(membership, {"state": state, "role": role})
    return membership


def _rewrite(row: Row, columns: dict[str, object]) -> Row:
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
    return row
