"""What is late, for programs."""

from rest_framework import serializers

from services.chasers.audiences import Audience
from services.chasers.models import Chase


class ChaseSerializer(serializers.ModelSerializer):
    rule = serializers.CharField(source="rule.code")
    level = serializers.CharField(source="rule.level")

    class Meta:
        model = Chase
        fields = ["rule", "rule_version", "level", "meant_for", "reached", "told", "at"]


class LateSerializer(serializers.Serializer):
    """One promise that is past due or due today."""

    id = serializers.IntegerField(source="subject.segment.pk")
    case = serializers.CharField(source="subject.case.number")
    station = serializers.IntegerField(source="subject.case.station_id")
    referral = serializers.IntegerField(source="subject.referral.pk", allow_null=True, default=None)
    item = serializers.CharField(source="subject.need.item_id", allow_null=True, default=None)
    clock = serializers.CharField(source="subject.segment.clock")
    turn = serializers.ChoiceField(source="holder", choices=Audience.choices)
    whose_turn = serializers.CharField(help_text="by name, where one is known")
    due_at = serializers.DateTimeField(source="subject.segment.due_at")
    minutes_late = serializers.IntegerField(help_text="working minutes of the promise's calendar; 0 while not yet due")
    chasers = ChaseSerializer(source="chases", many=True)
