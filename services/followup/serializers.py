"""The survey and the follow-ups of one's own cases, for programs."""

from typing import Any

from rest_framework import serializers

from experts.models import Grade
from portal.api import FieldsKept
from services.followup.actions import Answer
from services.followup.models import FollowUp
from services.followup.states import Scale, Solved


def _scale() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=Scale.choices, required=False, allow_null=True, default=None, help_text="5 very good … 1 very poor"
    )


class AnswerSerializer(FieldsKept, serializers.Serializer):
    """Whatever is left out stays open; only the survey about impact may leave out the grade."""

    grade = serializers.ChoiceField(
        choices=Grade.choices,
        required=False,
        allow_null=True,
        default=None,
        help_text="5 very satisfied … 1 very dissatisfied; needed for satisfaction and effect",
    )
    solved = serializers.ChoiceField(choices=Solved.choices, required=False, allow_blank=True, default="")
    comment = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    shares_comment = serializers.BooleanField(
        required=False, default=False, help_text="the institution may read the comment, without a name"
    )
    contacted = serializers.BooleanField(required=False, allow_null=True, default=None)
    timeliness = _scale()
    attitude = _scale()
    price_clarity = _scale()
    recommend = serializers.IntegerField(min_value=0, max_value=10, required=False, allow_null=True, default=None)
    changed = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    benefit = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
        allow_null=True,
        default=None,
        help_text="CNY a year, self-reported",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        row: FollowUp = self.context["row"]
        if attrs["grade"] is None and row.needs_grade:
            raise serializers.ValidationError({"grade": self.fields["grade"].error_messages["required"]})
        return attrs

    def answer(self) -> Answer:
        return Answer(**self.validated_data)


class SurveySerializer(serializers.Serializer):
    """What a link asks about: nothing personal."""

    case = serializers.CharField(source="case.number")
    kind = serializers.CharField()
    item_zh = serializers.CharField(source="referral.need.item.name_zh")
    item_en = serializers.CharField(source="referral.need.item.name_en")
    institution_zh = serializers.CharField(source="referral.institution.name_zh")
    institution_en = serializers.CharField(source="referral.institution.name_en")
    confirmed_at = serializers.DateTimeField(source="referral.confirmed_at")
    closes_at = serializers.DateTimeField(source="open_until", help_text="until when it can be answered or amended")
    answered = serializers.BooleanField(source="is_over")


class FollowUpSerializer(FieldsKept, serializers.ModelSerializer):
    case = serializers.CharField(source="case.number")
    referral = serializers.IntegerField(source="referral_id")
    item = serializers.CharField(source="referral.need.item_id")
    institution_name = serializers.CharField(source="referral.institution.name_zh")

    class Meta:
        model = FollowUp
        fields = [
            "id",
            "case",
            "referral",
            "item",
            "institution_name",
            "kind",
            "state",
            "due_at",
            "closes_at",
            "completed_at",
        ]
