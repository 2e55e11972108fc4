"""Matching for programs of the desk."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api import Allows
from portal.idempotency.keys import once_api
from services.routing import actions
from services.routing.reading import seen_by
from services.routing.serializers import MatchSerializer, OfferedSerializer, OfferSerializer, match_as_json


class MatchView(APIView):
    permission_classes = [Allows("routing.offer")]

    @extend_schema(responses=MatchSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Who may be offered the need, best first, and who may not and why."""
        return Response(match_as_json(actions.rank(seen_by(request.user, pk), now=timezone.now())))


class OfferView(APIView):
    permission_classes = [Allows("routing.offer")]

    @extend_schema(request=OfferSerializer, responses={201: OfferedSerializer})
    @once_api
    def post(self, request: Request, pk: int) -> Response:
        """Offer the need to the first, or with a reason to another that passed the gates."""
        need = seen_by(request.user, pk)
        form = OfferSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        referral = actions.offer(
            need, asked["institution"], by=request.user, now=timezone.now(), reason=asked["reason"]
        )
        answer = {
            "referral": referral.pk,
            "state": referral.state,
            "due_at": referral.due_at,
            "match_record": referral.match_record.pk,
        }
        return Response(OfferedSerializer(answer).data, status=status.HTTP_201_CREATED)
