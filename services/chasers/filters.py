"""What narrows the list of what is late; page and API share it."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from services.catalogue.models import Board
from services.chasers.models import Promise, PromiseQuerySet
from services.clocks.names import ClockName
from services.stations.models import Station


def _stations(request: Any) -> QuerySet[Station]:
    return Station.objects.served_by(request.user).order_by("pk") if request else Station.objects.none()


class LateFilter(django_filters.FilterSet):
    clock = django_filters.ChoiceFilter(label=_("Promise"), choices=ClockName, empty_label=_("Any"))
    board = django_filters.ModelChoiceFilter(
        label=_("Board"), queryset=Board.objects.order_by("order"), method="on_board", empty_label=_("Any")
    )
    station = django_filters.ModelChoiceFilter(
        label=_("Station"), queryset=_stations, method="at_station", empty_label=_("Any")
    )

    class Meta:
        model = Promise
        fields: list[str] = []

    @extend_schema_field(serializers.CharField)
    def on_board(self, rows: PromiseQuerySet, name: str, board: Board) -> PromiseQuerySet:
        return rows.on_board(board)

    @extend_schema_field(serializers.IntegerField)
    def at_station(self, rows: PromiseQuerySet, name: str, station: Station) -> PromiseQuerySet:
        return rows.at_station(station)
