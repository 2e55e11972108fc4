from experts.models.credentials import Credential, CredentialScope, CredentialType
from experts.models.equipment import Equipment
from experts.models.institutions import AffiliateGroup, Institution, InstitutionMembership
from experts.models.people import Expert
from experts.models.ratings import Grade, Rating

__all__ = [
    "AffiliateGroup",
    "Credential",
    "CredentialScope",
    "CredentialType",
    "Equipment",
    "Expert",
    "Grade",
    "Institution",
    "InstitutionMembership",
    "Rating",
]
