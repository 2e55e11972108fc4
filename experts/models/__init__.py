from experts.models.credentials import Credential, CredentialScope, CredentialSuspension, CredentialType
from experts.models.equipment import Equipment
from experts.models.institutions import AffiliateGroup, Institution, InstitutionMembership
from experts.models.people import Expert
from experts.models.promises import PromisePhrase
from experts.models.ratings import Asking, Grade, Rating
from experts.models.scores import BoardMean, InstitutionScore, ScoreRule
from experts.models.standing import GRAVE, StandingChange

__all__ = [
    "GRAVE",
    "AffiliateGroup",
    "Asking",
    "BoardMean",
    "Credential",
    "CredentialScope",
    "CredentialSuspension",
    "CredentialType",
    "Equipment",
    "Expert",
    "Grade",
    "Institution",
    "InstitutionMembership",
    "InstitutionScore",
    "PromisePhrase",
    "Rating",
    "ScoreRule",
    "StandingChange",
]
