from services.cases.models.cases import Case, Channel, Urgency
from services.cases.models.documents import CaseDocument, Result
from services.cases.models.events import Audience, CaseEvent, InformationRequest, Verb
from services.cases.models.needs import Need
from services.cases.models.referrals import OWED, DeclineReason, Referral

__all__ = [
    "OWED",
    "Audience",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "Channel",
    "DeclineReason",
    "InformationRequest",
    "Need",
    "Referral",
    "Result",
    "Urgency",
    "Verb",
]
