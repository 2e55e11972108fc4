"""Orders of verification and calibration for programs; the registers have theirs from the declaration."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.models import Enterprise
from portal.api import Allows
from portal.idempotency.keys import once_api
from services.boards.api import members
from services.boards.forms import problems
from services.boards.metrology import actions
from services.boards.metrology.faults import NothingChosen
from services.boards.metrology.forms import MOST, OrderForm
from services.boards.metrology.models import Batch, Instrument
from services.boards.ordering import MAY_ORDER
from services.cases.models import Channel
from services.catalogue.models import ServiceItem

LARGEST_KEY = 2**63 - 1
ORDERING = OpenApiExample(
    "Two instruments on site",
    request_only=True,
    value={"instruments": [17, 18], "place": "on_site", "address": "演示大道 1 号", "consent": True},
)


class NewBatchSerializer(serializers.Serializer[Any]):
    """What is left out is as the page of the order suggests it: service, place, and for an enterprise the contact.
    The desk says who asked, and by which ``channel``.
    """

    instruments = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), allow_empty=False, max_length=MOST
    )
    item = serializers.SlugRelatedField(slug_field="code", queryset=ServiceItem.objects.offered(), required=False)
    place = serializers.ChoiceField(Batch.Place.choices, required=False)
    address = serializers.CharField(required=False)
    from_on = serializers.DateField(required=False)
    until_on = serializers.DateField(required=False)
    access = serializers.CharField(required=False)
    contact_name = serializers.CharField(required=False)
    contact = serializers.CharField(required=False)
    channel = serializers.CharField(required=False)
    consent = serializers.BooleanField()
    sharing = serializers.BooleanField(required=False)


class BatchSerializer(serializers.ModelSerializer):
    case = serializers.CharField(source="case.number")
    instruments: Any = serializers.SlugRelatedField("instrument_id", source="lines", many=True, read_only=True)

    class Meta:
        model = Batch
        fields = ["id", "case", "place", "address", "from_on", "until_on", "access", "instruments"]


class BatchesView(GenericAPIView):
    permission_classes = [Allows(*MAY_ORDER)]

    @extend_schema(request=NewBatchSerializer, responses={201: BatchSerializer}, examples=[ORDERING])
    @once_api
    def post(self, request: Request, enterprise: int) -> Response:
        """Order verification or calibration of instruments of the ledger: one case with the table filled in. Those
        that an open order names are refused: 409.
        """
        owner = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=enterprise)
        said = NewBatchSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        instruments = _instruments(request, owner, said.validated_data["instruments"])
        form = _form(request, instruments)
        batch = actions.order(
            [one.pk for one in instruments],
            form.plan(),
            enterprise=owner,
            asking=form.asking(Channel.API),
            now=timezone.now(),
        )
        return Response(BatchSerializer(batch).data, status=status.HTTP_201_CREATED)


def _instruments(request: Request, owner: Enterprise, wanted: list[int]) -> list[Instrument]:
    """All of them, or none: a program that names what is not there is told which.

    :raises NothingChosen: none of them is on the ledger.
    """
    rows = Instrument.objects.visible_to(request.user).kept().filter(enterprise=owner, pk__in=wanted)
    found = list(rows.order_by("due_on", "pk"))
    if not found:
        raise NothingChosen
    if missing := sorted(set(wanted) - {one.pk for one in found}):
        sentence = _("Not on the ledger: %(numbers)s.") % {"numbers": ", ".join(str(one) for one in missing)}
        raise ValidationError({"instruments": [sentence]})
    return found


def _form(request: Request, instruments: list[Instrument]) -> OrderForm:
    known = OrderForm(user=request.user, instruments=instruments).initial
    form = OrderForm({**known, **members(request)}, user=request.user, instruments=instruments)
    if not form.is_valid():
        raise ValidationError(problems(form))
    return form
