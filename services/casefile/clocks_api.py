"""The clocks of a case for programs: the data of the page, for the same readers."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api import Allows
from services.casefile import deadlines


class PauseSerializer(serializers.Serializer):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    who = serializers.CharField()


class DaySerializer(serializers.Serializer):
    """What a date gave: the windows that were counted, their minutes, and the sum so far."""

    date = serializers.DateField()
    reason = serializers.CharField()
    windows = serializers.SerializerMethodField()
    minutes = serializers.IntegerField()
    total = serializers.IntegerField()

    def get_windows(self, day: Any) -> list[list[str]]:
        return [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in day.counted]


class ClockSerializer(serializers.Serializer):
    """One clock, how it stands and why."""

    clock = serializers.CharField(source="why.dial.clock")
    name = serializers.CharField()
    about = serializers.CharField(help_text="Service item and institution; empty for a clock of the whole case.")
    subject = serializers.CharField(source="why.dial.current.subject_kind", help_text="case, need or referral")
    subject_id = serializers.IntegerField(source="why.dial.current.subject_id")
    state = serializers.ChoiceField(choices=["running", "paused", "stopped"])
    words = serializers.CharField(source="told.text")
    begun_at = serializers.DateTimeField(source="why.dial.begun_at")
    due_at = serializers.DateTimeField(source="why.dial.due_at", allow_null=True)
    paused_since = serializers.DateTimeField(source="why.dial.paused_since", allow_null=True)
    stopped_at = serializers.DateTimeField(source="why.dial.stopped_at", allow_null=True)
    budget_minutes = serializers.IntegerField(source="why.dial.current.budget_minutes", allow_null=True)
    elapsed_minutes = serializers.IntegerField(source="elapsed")
    calendar = serializers.CharField(source="why.dial.current.calendar.name")
    calendar_version = serializers.IntegerField(source="why.dial.current.calendar_version")
    policy_version = serializers.IntegerField(source="why.dial.current.policy_version", allow_null=True)
    pauses = PauseSerializer(many=True)
    days = DaySerializer(source="why.days", many=True)
    lines = serializers.ListField(child=serializers.CharField(), help_text="The whole of it in sentences.")


class CaseClocksView(APIView):
    """Why everything promised in a case is due when it is."""

    def get_permissions(self) -> list[Any]:
        return [Allows("intake.submit", "cases.read", "delivery.work")()]

    @extend_schema(responses=ClockSerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        """The clocks that concern the reader: an institution reads those of its own referrals."""
        case = get_object_or_404(deadlines.cases(request.user), number=number)
        panels = deadlines.panels(case, request.user, now=timezone.now())
        return Response(ClockSerializer(panels, many=True).data)
