"""What the codes about experts and instruments mean, in words for staff."""

from django.utils.translation import gettext_lazy as _

from services.routing.resources.calling import EQUIPMENT, EXPERT
from services.routing.sentences import Sentences

TITLES: Sentences = {EXPERT: _("Experts for this need"), EQUIPMENT: _("Instruments for this need")}
ICONS = {EXPERT: "person-badge", EQUIPMENT: "tools"}

GATE_NAMES: Sentences = {
    "field": _("Suitability"),
    "availability": _("Availability"),
    "calibration": _("Calibration"),
    "standing": _("Standing"),
    "conflict": _("Conflict of interest"),
}

_TIES: dict[str, Sentences] = {
    EXPERT: {
        "conflict.same": _("Works for the enterprise itself."),
        "conflict.owned": _("The employer%(via)s and the enterprise have the same owner."),
        "conflict.consulted": _("The employer%(via)s advised the enterprise on this subject until %(until)s."),
        "conflict.certified": _("The employer%(via)s certified or assessed the enterprise until %(until)s."),
    },
    EQUIPMENT: {
        "conflict.same": _("It belongs to the enterprise itself."),
        "conflict.owned": _("Its owner%(via)s and the enterprise have the same owner."),
        "conflict.consulted": _("Its owner%(via)s advised the enterprise on this subject until %(until)s."),
        "conflict.certified": _("Its owner%(via)s certified or assessed the enterprise until %(until)s."),
    },
}

SHUT: dict[str, Sentences] = {
    EXPERT: {
        **_TIES[EXPERT],
        "expert.field": _("None of the fields on record is named by the need."),
        "expert.unavailable": _("Is not available at present."),
        "expert.standing": _("The employer is suspended or was removed from the pool."),
        "expert.declared": _("Has declared an interest in “%(name)s”."),
    },
    EQUIPMENT: {
        **_TIES[EQUIPMENT],
        "equipment.field": _("It is not the instrument that the need names."),
        "equipment.unavailable": _("It is not available at present."),
        "equipment.calibration_over": _("Its calibration ends on %(on)s, before the promised day."),
        "equipment.standing": _("Its owner is not in good standing in the pool."),
    },
}

ASKED: Sentences = {
    "equipment.unsaid": _("The need does not say which instrument is wanted."),
    "equipment.calibration": _("Until when it is calibrated is not on record: ask its owner."),
    "expert.undeclared": _("Has not declared any interests: ask before sending."),
    "conflict.consulted_elsewhere": _("The employer or owner%(via)s advised the enterprise on board %(board)s."),
    "conflict.certified_elsewhere": _("The employer or owner%(via)s certified the enterprise on board %(board)s."),
}

OWN_FACTORS: Sentences = {"fit": _("Suitability"), "freshness": _("Up to date")}
EVIDENCE: Sentences = {
    "fit": _("Fits: %(named)s"),
    "fit.unknown": _("Not known what is wanted"),
    "freshness": _("The entry was confirmed on %(on)s"),
    "freshness.unknown": _("The entry was not confirmed recently"),
}
