"""What hangs on diagnoses and award applications: findings, the plan with its steps, benefits, criteria, experts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.boards.child import Child
from services.boards.consulting.models import (
    AwardPart,
    CriterionAnswer,
    Finding,
    FindingPhoto,
    HelpRequest,
    Naming,
    PlanAction,
    PlanStep,
    RealisedBenefit,
    Recheck,
)

FOUND = pgettext_lazy("diagnosis", "finding")

FINDINGS = Child(
    slug="findings",
    title=_("Findings"),
    model=Finding,
    entry="diagnosis",
    keys=("diagnosis",),
    columns=("stage", "severity", "text", "entered_at"),
    brief=("stage", "severity", "text"),
    related=("diagnosis",),
)
PHOTOS = Child(
    slug="photos",
    title=_("Photos of findings"),
    model=FindingPhoto,
    entry="finding__diagnosis",
    keys=("finding",),
    columns=("attachment",),
    names={"finding": FOUND},
    file="attachment",
    related=("finding", "attachment"),
)
ACTIONS = Child(
    slug="actions",
    title=_("Actions of improvement plans"),
    model=PlanAction,
    entry="diagnosis",
    keys=("diagnosis", "finding", "recheck"),
    columns=("text", "owner", "due_on", "cost_cny", "expected_cny", "state", "dropped_why", "done_at"),
    brief=("text", "owner", "due_on", "expected_cny", "state"),
    related=("diagnosis",),
)
BENEFITS = Child(
    slug="benefits",
    title=_("Realised benefits"),
    model=RealisedBenefit,
    entry="action__diagnosis",
    keys=("action",),
    columns=("year", "amount_cny", "basis", "level", "entered_at", "checked_at"),
    brief=("year", "amount_cny", "basis", "level"),
    file="paper",
    related=("action",),
)
RECHECKS = Child(
    slug="rechecks",
    title=_("Re-checks"),
    model=Recheck,
    entry="diagnosis",
    keys=("diagnosis",),
    columns=("visited_on", "summary", "at"),
    brief=("visited_on", "summary"),
    related=("diagnosis",),
)
STEPS = Child(
    slug="steps",
    title=_("Steps of plans"),
    model=PlanStep,
    entry="diagnosis",
    keys=("diagnosis", "action"),
    columns=("action", "words", "at", "reason"),
    names={"words": _("state")},
    related=("diagnosis", "action"),
)
NAMINGS = Child(
    slug="experts",
    title=_("Experts on diagnoses"),
    model=Naming,
    entry="diagnosis",
    keys=("diagnosis",),
    columns=("expert", "named_at", "declared_at", "conflict"),
    related=("diagnosis", "expert"),
)
ANSWERS = Child(
    slug="criteria",
    title=_("Criteria of awards"),
    model=CriterionAnswer,
    entry="application",
    keys=("application", "criterion"),
    columns=("criterion", "met", "evidence", "at"),
    brief=("criterion", "met", "evidence"),
    related=("application", "criterion"),
)
PARTS = Child(
    slug="award-experts",
    title=_("Experts on award applications"),
    model=AwardPart,
    entry="application",
    keys=("application",),
    columns=("expert", "part", "since"),
    related=("application", "expert"),
)
REQUESTS = Child(
    slug="requests",
    title=_("Requests for help"),
    model=HelpRequest,
    owner="case__enterprise",
    keys=("case", "finding", "action"),
    columns=("finding", "action"),
    names={"finding": FOUND},
    related=("case", "finding", "action"),
)
OF_DIAGNOSES = (FINDINGS, PHOTOS, ACTIONS, BENEFITS, RECHECKS, STEPS, NAMINGS)
OF_AWARDS = (ANSWERS, PARTS)
