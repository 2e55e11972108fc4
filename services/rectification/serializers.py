"""Rectifications and appeals for programs; each reader gets what their page shows."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from experts import promises
from portal.accounts.roles import Role
from services.rectification.models import Appeal, Rectification, Round


class RoundSerializer(serializers.ModelSerializer):
    class Meta:
        model = Round
        fields = [
            "number",
            "text",
            "words",
            "opened_at",
            "cause",
            "measures",
            "done_on",
            "replied_at",
            "late",
            "verdict",
            "said",
            "judged_at",
        ]


class RectificationSerializer(serializers.ModelSerializer):
    """``comment`` is the enterprise's own; an institution reads it only where a round passes it on."""

    case = serializers.CharField(source="case.number")
    referral = serializers.IntegerField(source="referral_id")
    item = serializers.CharField(source="referral.need.item_id")
    institution_name = serializers.CharField(source="referral.institution.name_zh")
    grade = serializers.IntegerField(source="answer.grade", allow_null=True)
    solved = serializers.CharField(source="answer.solved")
    comment = serializers.SerializerMethodField()
    rounds = RoundSerializer(many=True)

    class Meta:
        model = Rectification
        fields = [
            "id",
            "case",
            "referral",
            "item",
            "institution_name",
            "state",
            "version",
            "outcome",
            "reason",
            "due_at",
            "opened_at",
            "handed_at",
            "closed_at",
            "grade",
            "solved",
            "comment",
            "rounds",
        ]

    def get_comment(self, row: Rectification) -> str:
        hidden = self.context["request"].user.role == Role.PROVIDER
        return "" if hidden else row.answer.comment


class ReplySerializer(serializers.Serializer):
    """The institution's reply; files are handed in on the page."""

    cause = serializers.CharField(max_length=2000, validators=[promises.check])
    measures = serializers.CharField(max_length=2000, validators=[promises.check])
    done_on = serializers.DateField()
    version = serializers.IntegerField(required=False, default=None, allow_null=True)

    def validate_done_on(self, day: date) -> date:
        if day > timezone.localdate():
            raise serializers.ValidationError(_("Reply once it is done: this day is in the future."))
        return day


class AppealSerializer(serializers.ModelSerializer):
    case = serializers.CharField(source="referral.case.number")
    rating = serializers.IntegerField(source="rating_id")
    referral = serializers.IntegerField(source="referral_id")
    item = serializers.CharField(source="referral.need.item_id")
    institution_name = serializers.CharField(source="referral.institution.name_zh")
    grade = serializers.IntegerField(source="rating.grade")

    class Meta:
        model = Appeal
        fields = [
            "id",
            "case",
            "rating",
            "referral",
            "item",
            "institution_name",
            "grade",
            "state",
            "version",
            "due_at",
            "reason",
            "lodged_at",
            "decision",
            "decided_at",
        ]


class LodgeSerializer(serializers.Serializer):
    """An appeal against the rating of a referral of one's institution."""

    referral = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=5000)


class RulingSerializer(serializers.Serializer):
    uphold = serializers.BooleanField()
    decision = serializers.CharField(max_length=5000)
    version = serializers.IntegerField(required=False, default=None, allow_null=True)
