"""What programs send and get."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from experts.models import Equipment
from services.boards.labs.models import Booking
from services.boards.labs.states import Operation

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LARGEST_KEY = 2**63 - 1


class MomentField(serializers.DateTimeField):
    """A moment of this century; without a zone it is local time."""

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if not EARLIEST <= moment <= LATEST:
            raise serializers.ValidationError(_("This date is not possible."))
        return moment


class InstrumentSerializer(serializers.ModelSerializer):
    owner = serializers.CharField(source="owner.name_zh")
    region = serializers.CharField(source="owner.region_id")
    bookable = serializers.SerializerMethodField()
    slot_minutes = serializers.IntegerField(source="booking_rule.slot_minutes", default=None)
    hourly_cny = serializers.DecimalField(10, 2, source="booking_rule.hourly_cny", default=None)

    class Meta:
        model = Equipment
        fields = [
            *("id", "name", "model", "specification", "standards", "owner", "region", "operated", "training"),
            *("conditions", "fee", "calibrated_until", "parent", "bookable", "slot_minutes", "hourly_cny"),
        ]

    def get_bookable(self, row: Equipment) -> bool:
        rule = getattr(row, "booking_rule", None)
        return rule is not None and rule.active


class SpanSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class AvailabilitySerializer(serializers.Serializer[Any]):
    """Times in which a booking may begin and end."""

    equipment = serializers.IntegerField()
    free = SpanSerializer(many=True)


class BookingSerializer(serializers.ModelSerializer):
    number = serializers.CharField(read_only=True)
    start = serializers.DateTimeField(source="begins", read_only=True)
    end = serializers.DateTimeField(source="ends", read_only=True)

    class Meta:
        model = Booking
        fields = [
            *("id", "number", "equipment", "enterprise", "need", "state", "version", "start", "end", "operation"),
            *("purpose", "held_until", "hourly_cny", "overridden", "reason", "created_at"),
        ]


class NewBookingSerializer(serializers.Serializer[Any]):
    """``operation`` may be left out where the instrument is used in one way only."""

    equipment = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
    start = MomentField()
    end = MomentField()
    need = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False, allow_null=True)
    enterprise = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False)
    operation = serializers.ChoiceField(Operation.choices, required=False)
    purpose = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    override = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class MoveSerializer(serializers.Serializer[Any]):
    start = MomentField()
    end = MomentField()
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    override = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class BookingStepSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
