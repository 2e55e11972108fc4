"""What a chaser says: plain facts for the notice, in both languages."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from services.chasers import audiences
from services.chasers.audiences import Audience
from services.chasers.models import ChaserRule
from services.chasers.subjects import Subject
from services.clocks.models import ClockSegment
from services.clocks.names import clock_name

EVENTS: dict[str, str] = {
    Audience.ENTERPRISE: "chaser_enterprise",
    Audience.PROVIDER: "chaser_provider",
    Audience.TEAM_LEAD: "chaser_lead",
    Audience.CENTRE_LEAD: "chaser_lead",
}
AT_THE_CENTRE = "chaser_desk"
COUNTING = ("clock", "subject_kind", "subject_id", "begun_at")
"""The facts that name one counting of one clock."""


def event(audience: str) -> str:
    """Which words the audience reads."""
    return EVENTS.get(audience, AT_THE_CENTRE)


def facts(rule: ChaserRule, subject: Subject, *, late: bool) -> dict[str, str]:
    """Plain strings; ``…_zh`` and ``…_en`` are resolved in the reader's language when the words are made."""
    due_at = subject.segment.due_at
    known = {
        "number": subject.case.number if subject.case else "",
        **{name: str(getattr(subject.segment, name)) for name in COUNTING},
        "level": rule.level,
        "late": "yes" if late else "",
        "due_at": due_at.isoformat() if due_at else "",
    }
    if subject.need:
        item = subject.need.item
        known |= {"item_zh": item.name_zh, "item_en": item.name_en}
    for tongue, ending in (("zh-hans", "zh"), ("en", "en")):
        with translation.override(tongue):
            known[f"promise_{ending}"] = clock_name(rule.clock)
            known[f"turn_{ending}"] = whose_turn(subject)
    return known


def distance(rule: ChaserRule) -> str:
    """“2 working days before it is due”."""
    if not rule.amount:
        return gettext("when it is due")
    number = 1 if abs(rule.amount) == 1 else 2
    words = {
        ChaserRule.Unit.MINUTES: ngettext("%(amount)s working minute", "%(amount)s working minutes", number),
        ChaserRule.Unit.WORKING_DAYS: ngettext("%(amount)s working day", "%(amount)s working days", number),
    }
    time = words[ChaserRule.Unit(rule.unit)] % {"amount": f"{abs(rule.amount).normalize():f}"}
    said = gettext("%(time)s before it is due") if rule.amount < 0 else gettext("%(time)s after it is due")
    return said % {"time": time}


def whose_turn(subject: Subject) -> str:
    """Who must act, by name where one is known, in the language in use."""
    audience, case, referral = audiences.holder(subject.segment.clock), subject.case, subject.referral
    if audience == Audience.PROVIDER and referral:
        return referral.institution.name
    if audience == Audience.ENTERPRISE and case and case.enterprise:
        return case.enterprise.name
    if audience == Audience.DESK and case and case.owner:
        return str(case.owner)
    if case and audience not in {Audience.ENTERPRISE, Audience.PROVIDER}:
        return f"{audience.label} · {case.station.name}"
    return str(audience.label)


def path(audience: str, subject: Subject) -> str:
    """The page on which something can be done about it."""
    if subject.segment.subject_kind == ClockSegment.Subject.STANDING:
        return reverse("pool:standing_appeal", args=[subject.segment.subject_id])
    if subject.segment.subject_kind == ClockSegment.Subject.APPLICATION:
        return reverse("pool:screen", args=[subject.segment.subject_id])
    if subject.case is None:
        return reverse("admin:index")
    if audience == Audience.PROVIDER and subject.referral:
        return reverse("delivery:referral", args=[subject.referral.pk])
    return subject.case.get_absolute_url()
