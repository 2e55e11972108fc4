"""The match and the offer as programs see them: codes and facts, as the record keeps them."""

from typing import Any

from rest_framework import serializers

from experts.models import Institution
from services.routing.matching import Match


class OfferSerializer(serializers.Serializer):
    institution = serializers.PrimaryKeyRelatedField(queryset=Institution.objects.all())
    reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default="", help_text="Needed for any other than the first."
    )


class OfferedSerializer(serializers.Serializer):
    referral = serializers.IntegerField()
    state = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    match_record = serializers.IntegerField()


class AskSerializer(serializers.Serializer):
    code = serializers.CharField()
    facts = serializers.DictField(child=serializers.CharField())


class FactorSerializer(AskSerializer):
    value = serializers.FloatField()
    weight = serializers.IntegerField()
    known = serializers.BooleanField()


class RankedSerializer(serializers.Serializer):
    institution = serializers.IntegerField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    points = serializers.FloatField()
    confidence = serializers.FloatField()
    factors = FactorSerializer(many=True)
    asks = AskSerializer(many=True)


class ExcludedSerializer(AskSerializer):
    institution = serializers.IntegerField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    gate = serializers.CharField()
    near = serializers.FloatField(help_text="How near it is: 1 in the same county, 0 where a place is not known.")


class MatchSerializer(serializers.Serializer):
    rule_version = serializers.CharField()
    asks = AskSerializer(many=True)
    ranked = RankedSerializer(many=True)
    excluded = ExcludedSerializer(many=True)


def match_as_json(match: Match) -> dict[str, Any]:
    """What :class:`MatchSerializer` describes."""
    return {
        "rule_version": match.rule_version,
        "asks": match.facts_as_json()["asks"],
        "ranked": [row.as_json() for row in match.ranked],
        "excluded": [row.as_json() for row in match.excluded],
    }
