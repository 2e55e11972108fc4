"""Instruments and bookings for programs: the same actions as the pages."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from experts.models import Equipment
from portal.api import Allows
from portal.idempotency.keys import once_api
from services.boards.labs import actions, free, shelf, wishing
from services.boards.labs.faults import NotBookable
from services.boards.labs.models import Booking, BookingRule
from services.boards.labs.serializers import (
    AvailabilitySerializer,
    BookingSerializer,
    BookingStepSerializer,
    InstrumentSerializer,
    MomentField,
    MoveSerializer,
    NewBookingSerializer,
)

LONGEST_LOOK = timedelta(days=62)


class InstrumentViewSet(viewsets.ReadOnlyModelViewSet):
    """Shared instruments, open to everybody."""

    permission_classes = [AllowAny]
    queryset = Equipment.objects.none()  # for the schema; get_queryset says which
    serializer_class = InstrumentSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Equipment]:
        return shelf.find(shelf.shared(), words=self.request.query_params.get("q", "")[:100])

    @extend_schema(
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATETIME, required=True),
            OpenApiParameter("to", OpenApiTypes.DATETIME, required=True),
        ],
        responses=AvailabilitySerializer,
    )
    @action(detail=True, url_path="availability")
    def availability(self, request: Request, pk: str) -> Response:
        """When it is free between two moments, 62 days apart at most."""
        rule = BookingRule.objects.bookable().select_related("equipment").filter(equipment=self.get_object()).first()
        if rule is None:
            raise NotBookable
        begins, ends = _moment(request, "from"), _moment(request, "to")
        if not begins < ends <= begins + LONGEST_LOOK:
            raise ValidationError({"to": [_("Ask for 62 days at most, the end after the beginning.")]})
        day = timedelta(days=1)
        spans = free.book_of(rule, begins - day, ends + day).free(begins, ends, now=timezone.now())
        found = {"equipment": rule.equipment_id, "free": [{"start": start, "end": end} for start, end in spans]}
        return Response(AvailabilitySerializer(found).data)


class BookingViewSet(mixins.CreateModelMixin, mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet):
    """Bookings of one's enterprise, of one's instruments, or all for the centre's staff."""

    queryset = Booking.objects.none()  # for the schema; get_queryset says which
    serializer_class = BookingSerializer
    lookup_value_regex = "[0-9]{1,18}"
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    reading: tuple[str, ...] = ("labs.book", "labs.keep", "labs.override", "cases.read")
    changing: tuple[str, ...] = ("labs.book", "labs.keep", "labs.override")
    booking: tuple[str, ...] = ("labs.book", "labs.override")

    def get_permissions(self) -> list[Any]:
        needed = self.reading if self.request.method == "GET" else self.changing
        return [Allows(*(self.booking if self.action in {"create", "confirm"} else needed))()]

    def get_queryset(self) -> QuerySet[Booking]:
        return Booking.objects.visible_to(self.request.user).whole()

    @extend_schema(request=NewBookingSerializer, responses={201: BookingSerializer})
    @once_api
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hold a time; it is yours when it is confirmed. Taken: 409 ``slot-taken`` with ``alternatives``; against the
        rules: 422 ``rules-broken`` with all of them.
        """
        form = NewBookingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        override = said.pop("override")
        instrument = get_object_or_404(shelf.shared().select_related(None), pk=said.pop("equipment"))
        wish = wishing.wish_of(instrument, begins=said.pop("start"), ends=said.pop("end"), by=request.user, **said)
        made = actions.hold(wish, by=request.user, now=timezone.now(), override=override)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=MoveSerializer, responses=BookingSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Move it to another time, under the same rules."""
        row, form = self.get_object(), MoveSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = form.validated_data
        made = actions.move(row, said.pop("start"), said.pop("end"), by=request.user, now=timezone.now(), **said)
        return Response(self.get_serializer(made).data)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Cancel it."""
        actions.cancel(self.get_object(), by=request.user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=BookingStepSerializer, responses=BookingSerializer)
    @action(detail=True, methods=["post"], url_path="confirm")
    @once_api
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm what is held."""
        row, form = self.get_object(), BookingStepSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        made = actions.confirm(row, by=request.user, now=timezone.now(), **form.validated_data)
        return Response(self.get_serializer(made).data)


def _moment(request: Request, name: str) -> datetime:
    try:
        return MomentField().run_validation(request.query_params.get(name, ""))
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error
