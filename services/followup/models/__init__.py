"""Whom to ask what and when, each obligation to ask, each try, and what was answered."""

from services.followup.models.answers import SurveyAmendment, SurveyAnswer
from services.followup.models.follow_ups import FollowUp, FollowUpAttempt, FollowUpQuerySet
from services.followup.models.rules import FollowUpRule

__all__ = ["FollowUp", "FollowUpAttempt", "FollowUpQuerySet", "FollowUpRule", "SurveyAmendment", "SurveyAnswer"]
