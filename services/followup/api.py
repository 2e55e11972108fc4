"""Surveys and follow-ups for programs: the same actions as the pages."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from experts.models import Rating
from portal.accounts import limits
from portal.api import Allows
from portal.idempotency.keys import once_api
from services.followup import actions
from services.followup.models import FollowUp
from services.followup.serializers import AnswerSerializer, FollowUpSerializer, SurveySerializer
from services.followup.states import FollowUpState

TRIES, PER = 60, timedelta(hours=1)


class SurveyView(APIView):
    """The survey of one link. Reading answers nothing."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=SurveySerializer)
    def get(self, request: Request, token: str) -> Response:
        return Response(SurveySerializer(self._row(request, token)).data, headers={"Cache-Control": "no-store"})

    @extend_schema(request=AnswerSerializer, responses={204: None})
    @once_api
    def post(self, request: Request, token: str) -> Response:
        """Answer; the first answer stays."""
        row = self._row(request, token)
        form = AnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        actions.answer(row, form.answer(), source=Rating.Source.LINK, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _row(self, request: Request, token: str) -> FollowUp:
        now = timezone.now()
        limits.hit("survey", limits.network(request._request), limit=TRIES, window=PER, now=now)
        return actions.by_token(token, now=now)


class FollowUpFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=FollowUpState.choices)
    case = django_filters.CharFilter(field_name="case__number", max_length=20)

    class Meta:
        model = FollowUp
        fields = ["state", "case"]


class FollowUpViewSet(viewsets.ReadOnlyModelViewSet):
    """The follow-ups of one's own cases, or of one's stations."""

    queryset = FollowUp.objects.none()  # for the schema; get_queryset says which
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilter
    lookup_value_regex = "[0-9]{1,18}"
    needed: tuple[str, ...] = ("cases.confirm", "cases.read")

    def get_permissions(self) -> list[Any]:
        return [Allows(*self.needed)()]

    def get_queryset(self) -> QuerySet[FollowUp]:
        joined = ("case", "referral__need__item", "referral__institution")
        return FollowUp.objects.visible_to(self.request.user).select_related(*joined)

    @extend_schema(request=AnswerSerializer, responses=FollowUpSerializer)
    @action(detail=True, methods=["post"], needed=("cases.confirm",), url_path="answer")
    @once_api
    def answer(self, request: Request, pk: str) -> Response:
        """Answer for one's enterprise; the first answer stays."""
        row = self.get_object()
        form = AnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        actions.answer(row, form.answer(), source=Rating.Source.API, now=timezone.now(), by=request.user)
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)
