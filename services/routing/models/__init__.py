"""What routing keeps: rules and records of the match, the ladder's policies and steps, and corrections of scope."""

from services.routing.models.corrections import ScopeCorrection
from services.routing.models.ladder import LadderHold, LadderPolicy, LadderStep, Outcome, Reason
from services.routing.models.records import MatchRecord
from services.routing.models.rules import MatchRules
from services.routing.models.signatures import SecondSignature
from services.routing.models.tracks import TrackRecord

__all__ = [
    "LadderHold",
    "LadderPolicy",
    "LadderStep",
    "MatchRecord",
    "MatchRules",
    "Outcome",
    "Reason",
    "ScopeCorrection",
    "SecondSignature",
    "TrackRecord",
]
