"""The survey and the follow-ups of one's own cases, for programs."""

from rest_framework import serializers

from experts.models import Grade
from services.followup.actions import Answer
from services.followup.models import FollowUp


class AnswerSerializer(serializers.Serializer):
    grade = serializers.ChoiceField(choices=Grade.choices, help_text="5 very satisfied … 1 very dissatisfied")
    solved = serializers.BooleanField(required=False, allow_null=True, default=None)
    comment = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")

    def answer(self) -> Answer:
        said = self.validated_data
        return Answer(int(said["grade"]), said["solved"], said["comment"])


class SurveySerializer(serializers.Serializer):
    """What a link asks about: nothing personal."""

    item_zh = serializers.CharField(source="referral.need.item.name_zh")
    item_en = serializers.CharField(source="referral.need.item.name_en")
    institution_zh = serializers.CharField(source="referral.institution.name_zh")
    institution_en = serializers.CharField(source="referral.institution.name_en")
    closes_at = serializers.DateTimeField()


class FollowUpSerializer(serializers.ModelSerializer):
    case = serializers.CharField(source="case.number")
    referral = serializers.IntegerField(source="referral_id")
    item = serializers.CharField(source="referral.need.item_id")
    institution_name = serializers.CharField(source="referral.institution.name_zh")

    class Meta:
        model = FollowUp
        fields = ["id", "case", "referral", "item", "institution_name", "state", "due_at", "closes_at", "completed_at"]
