from services.boards.consulting.models.awards import (
    AwardApplication,
    AwardPart,
    AwardScheme,
    Criterion,
    CriterionAnswer,
)
from services.boards.consulting.models.diagnoses import Diagnosis, Naming
from services.boards.consulting.models.findings import Finding, FindingPhoto, Severity, Stage
from services.boards.consulting.models.plans import HelpRequest, PlanAction, PlanStep, RealisedBenefit, Recheck
from services.boards.consulting.models.projects import SupplyProject

__all__ = [
    "AwardApplication",
    "AwardPart",
    "AwardScheme",
    "Criterion",
    "CriterionAnswer",
    "Diagnosis",
    "Finding",
    "FindingPhoto",
    "HelpRequest",
    "Naming",
    "PlanAction",
    "PlanStep",
    "RealisedBenefit",
    "Recheck",
    "Severity",
    "Stage",
    "SupplyProject",
]
