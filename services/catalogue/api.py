"""Boards and service items, open to everybody."""

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny

from portal import search
from services.catalogue.models import Board, ServiceItem


class BoardSerializer(serializers.ModelSerializer):
    class Meta:
        model = Board
        fields = ["code", "slug", "name_zh", "name_en", "service_class", "order"]


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = ServiceItem
        fields = [
            "code",
            "board",
            "version",
            "name_zh",
            "name_en",
            "summary_zh",
            "summary_en",
            "required_credentials",
            "credential_mode",
            "designated_only",
            "promised_working_days",
            "promise_covers",
            "delivery",
            "result_zh",
            "result_en",
            "intake_questions",
        ]


class ItemFilter(django_filters.FilterSet):
    board = django_filters.CharFilter(max_length=4)
    q = django_filters.CharFilter(method="words", max_length=100, label="Words in Chinese or English")

    class Meta:
        model = ServiceItem
        fields = ["board", "q"]

    def words(self, queryset: QuerySet[ServiceItem], name: str, value: str) -> QuerySet[ServiceItem]:
        return search.match(queryset, value)


class ByCode(CursorPagination):
    """The catalogue in its own order."""

    ordering = "code"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class BoardViewSet(viewsets.ReadOnlyModelViewSet):
    """The boards of the centre."""

    permission_classes = [AllowAny]
    serializer_class = BoardSerializer
    queryset = Board.objects.order_by("order")
    pagination_class = None


class ItemViewSet(viewsets.ReadOnlyModelViewSet):
    """The service items that are offered."""

    permission_classes = [AllowAny]
    serializer_class = ItemSerializer
    queryset = ServiceItem.objects.offered()
    pagination_class = ByCode
    filterset_class = ItemFilter
    lookup_value_regex = "[A-Z]{2}-[0-9]{2,4}"
