"""How an enterprise comes to be known, and how people come to speak for it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises import size_classes
from enterprises.models import Enterprise, Membership
from portal import words
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from portal.reference.models import Industry, Region
from portal.refusals import Conflict
from portal.transactions import as_one

Row = TypeVar("Row", bound=Model)


class NotYours(Conflict):
    """Only an owner, or the desk where nobody owns the enterprise yet, lets people in."""

    title = _("Not yours to decide")
    detail = _("Only an owner of the enterprise can decide who speaks for it.")


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
        _rewrite(known, {**_described(known, profile), "state": Enterprise.State.REGISTERED})
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
    _tell(membership, "membership_accepted" if accept else "membership_refused", now=now)
    return membership


@as_one
def end(membership: Membership, *, by: User, now: datetime) -> None:
    """Somebody no longer speaks for an enterprise: they leave, an owner sees to it, or a lead of the desk, who puts
    right what somebody wrongly claimed. Of its cases they see from then on those they sent themselves.

    :raises NotYours: ``by`` is none of these.
    :raises Conflict: it has ended already.
    """
    leaves = membership.user_id == by.pk
    _change(membership, {"state": Membership.State.LEFT, "role": Membership.Role.MEMBER}, by=by, now=now, own=leaves)
    if not leaves:
        _tell(membership, "membership_ended", now=now)


@as_one
def entrust(membership: Membership, *, by: User, now: datetime) -> None:
    """A member becomes an owner too.

    :raises NotYours: ``by`` is neither an owner nor a lead of the desk.
    :raises Conflict: they do not speak for it any more.
    """
    _change(membership, {"role": Membership.Role.OWNER}, by=by, now=now)


def _change(membership: Membership, columns: dict[str, object], *, by: User, now: datetime, own: bool = False) -> None:
    """What becomes of somebody who speaks for an enterprise, under its lock and with a trace."""
    enterprise = Enterprise.objects.select_for_update(no_key=True).get(pk=membership.enterprise_id)
    owns = Membership.objects.owners().filter(enterprise=enterprise, user=by).exists()
    if not (own or owns or by.has_perm("triage.lead")):
        raise NotYours
    if not Membership.objects.filter(pk=membership.pk, state=Membership.State.ACTIVE).exists():
        raise Conflict
    _rewrite(membership, {**columns, "decided_by": by, "decided_at": now})
    audit.record(by, "changed membership", enterprise, {"membership": membership.pk, **columns})


def _tell(membership: Membership, event: str, *, now: datetime) -> None:
    notices.tell(
        [Recipient(user=membership.user)],
        event,
        key=f"membership-{membership.pk}-{now.isoformat()}",
        facts={"enterprise": membership.enterprise.name},
        path=reverse("enterprises:mine"),
        now=now,
    )


@as_one
def describe(enterprise: Enterprise, profile: Profile) -> Enterprise:
    """Change what an enterprise says about itself."""
    return _rewrite(enterprise, _described(enterprise, profile))


def provisional(profile: Profile, *, phone: str = "", contact_name: str = "") -> Enterprise:
    """Record an enterprise for a caller; the one with the same credit code if there is one."""
    coded = Enterprise.objects.filter(uscc=profile.uscc).select_related("merged_into")
    if profile.uscc and (known := coded.first()):
        return known.meant
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
    if profile.uscc:
        found = Enterprise.objects.filter(uscc=profile.uscc)
    else:
        found = Enterprise.objects.filter(uscc=None, name_key=words.pinyin_key(profile.name)[:400], name=profile.name)
        found = found.filter(other_identifier__iexact=profile.other_identifier)
    in_order = found.order_by(F("merged_into").asc(nulls_first=True), "pk")
    rows = Enterprise.objects.select_for_update(no_key=True).exclude(state=Enterprise.State.MERGED)
    return rows.filter(pk__in=in_order.values_list(Coalesce("merged_into", "pk"))[:1]).first()


def _described(enterprise: Enterprise, profile: Profile) -> dict[str, object]:
    """What it says about itself; its credit code stays."""
    return {**profile.columns(), "uscc": enterprise.uscc or profile.uscc or None}


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
