from services.boards.certification.models.certificates import Certificate
from services.boards.certification.models.roadmaps import Aim, Requirement, Roadmap, Step

__all__ = ["Aim", "Certificate", "Requirement", "Roadmap", "Step"]
