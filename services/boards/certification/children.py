"""What hangs on the registers of this board: the steps of a roadmap."""

from django.utils.translation import gettext_lazy as _

from services.boards.certification.models import Step
from services.boards.child import Child

STEPS = Child(
    slug="steps",
    title=_("Steps of roadmaps"),
    model=Step,
    entry="roadmap",
    keys=("roadmap", "requirement"),
    columns=("requirement", "state", "owner", "target_on", "evidence", "changed_at"),
    brief=("requirement", "state", "owner", "target_on", "evidence"),
    file="paper",
    related=("roadmap", "requirement"),
)
