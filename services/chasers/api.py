"""What is late and whose turn it is, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.api import Allows, NewestFirst
from services.chasers import late
from services.chasers.filters import LateFilter
from services.chasers.models import Promise
from services.chasers.serializers import LateSerializer


class LatestFirst(NewestFirst):
    """Keyset pages by what was due first."""

    ordering = ("due_at", "id")  # type: ignore[assignment]


class LatePromises(ListModelMixin, GenericViewSet[Promise]):
    """Promises past due and due today: a lead's stations, a specialist's own cases."""

    queryset = Promise.objects.none()
    permission_classes = [Allows("triage.work")]
    pagination_class = LatestFirst
    filterset_class = LateFilter
    serializer_class = LateSerializer

    def get_queryset(self) -> QuerySet[Promise]:
        return late.promises(self.request.user, now=timezone.now())

    @extend_schema(responses=LateSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        found = late.rows(page or [], now=timezone.now())
        return self.get_paginated_response(self.get_serializer(found, many=True).data)
