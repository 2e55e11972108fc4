from services.pool.models.applications import (
    Application,
    ApplicationEvent,
    ApplicationPaper,
    HeldCredential,
    OfferedItem,
)
from services.pool.models.appraisal import Appraisal
from services.pool.models.keeping import Period, Reminder
from services.pool.models.offers import OfferRequest
from services.pool.models.review import PointCheck, ReviewPoint
from services.pool.models.standing import (
    PENDING,
    Indicator,
    ProposalFigure,
    ProposalState,
    StandingAppeal,
    StandingProposal,
    StandingReply,
    StandingRule,
)

__all__ = [
    "PENDING",
    "Application",
    "ApplicationEvent",
    "ApplicationPaper",
    "Appraisal",
    "HeldCredential",
    "Indicator",
    "OfferRequest",
    "OfferedItem",
    "Period",
    "PointCheck",
    "ProposalFigure",
    "ProposalState",
    "Reminder",
    "ReviewPoint",
    "StandingAppeal",
    "StandingProposal",
    "StandingReply",
    "StandingRule",
]
