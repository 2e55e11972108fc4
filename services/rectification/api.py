"""Rectifications and appeals for programs: the same actions as the pages."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from experts.models import Institution, Rating
from portal.api import Allows
from portal.idempotency.keys import once_api
from services.rectification import actions, appeals
from services.rectification.models import Appeal, Rectification
from services.rectification.serializers import (
    AppealSerializer,
    LodgeSerializer,
    RectificationSerializer,
    ReplySerializer,
    RulingSerializer,
)
from services.rectification.states import AppealState, RectificationState


class RectificationFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=RectificationState.choices)
    case = django_filters.CharFilter(field_name="case__number", max_length=20)

    class Meta:
        model = Rectification
        fields = ["state", "case"]


class RectificationViewSet(viewsets.ReadOnlyModelViewSet):
    """What is done about unhappy answers: of one's own cases, one's institution, or one's stations."""

    queryset = Rectification.objects.none()  # for the schema; get_queryset says which
    serializer_class = RectificationSerializer
    filterset_class = RectificationFilter
    lookup_value_regex = "[0-9]{1,18}"
    needed: tuple[str, ...] = ("cases.confirm", "cases.read", "delivery.work", "followup.record")

    def get_permissions(self) -> list[Any]:
        return [Allows(*self.needed)()]

    def get_queryset(self) -> QuerySet[Rectification]:
        return Rectification.objects.visible_to(self.request.user).whole().prefetch_related("rounds")

    @extend_schema(request=ReplySerializer, responses=RectificationSerializer)
    @action(detail=True, methods=["post"], needed=("delivery.work",), url_path="reply")
    @once_api
    def reply(self, request: Request, pk: str) -> Response:
        """The institution says what was the cause, what it did and when."""
        row, form = self.get_object(), ReplySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        actions.reply(row, by=request.user, now=timezone.now(), **form.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)


class AppealFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=AppealState.choices)

    class Meta:
        model = Appeal
        fields = ["state"]


class AppealViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet):
    """Appeals against ratings: of one's institution, or of one's stations."""

    queryset = Appeal.objects.none()  # for the schema; get_queryset says which
    serializer_class = AppealSerializer
    filterset_class = AppealFilter
    lookup_value_regex = "[0-9]{1,18}"
    needed: tuple[str, ...] = ("cases.read", "rectification.decide", "delivery.work")

    def get_permissions(self) -> list[Any]:
        return [Allows(*("delivery.work",) if self.action == "create" else self.needed)()]

    def get_queryset(self) -> QuerySet[Appeal]:
        return Appeal.objects.visible_to(self.request.user).whole()

    @extend_schema(request=LodgeSerializer, responses={201: AppealSerializer})
    @once_api
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Appeal against the rating of one of one's referrals; until it is decided the rating does not count."""
        form = LodgeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        mine = Rating.objects.filter(institution__in=Institution.objects.of(request.user))
        rating = get_object_or_404(mine, referral_ref=form.validated_data["referral"])
        appeal = appeals.lodge(rating, by=request.user, now=timezone.now(), reason=form.validated_data["reason"])
        return Response(self.get_serializer(appeal).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=RulingSerializer, responses=AppealSerializer)
    @action(detail=True, methods=["post"], needed=("rectification.decide",), url_path="decide")
    @once_api
    def decide(self, request: Request, pk: str) -> Response:
        """Uphold or dismiss; only an officer who had nothing to do with the case."""
        row, form = self.get_object(), RulingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        appeals.decide(row, by=request.user, now=timezone.now(), **form.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)
