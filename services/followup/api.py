"""Surveys and follow-ups for programs: the same actions as the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
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
from portal.accounts.models import User
from portal.api import Allows
from portal.columns import none_but
from portal.idempotency.keys import once_api
from portal.kept import kept
from services.followup import actions
from services.followup.actions import Answer
from services.followup.faults import LinkUnknown
from services.followup.models import FollowUp, SurveyAnswer
from services.followup.serializers import AnswerSerializer, FollowUpSerializer, SurveySerializer
from services.followup.states import FollowUpState, Kind

Act = Callable[..., SurveyAnswer]
TRIES, PER = 60, timedelta(hours=1)


class SurveyView(APIView):
    """The survey of one link. Reading answers nothing."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Counted before anything is kept under a key."""
        super().initial(request, *args, **kwargs)
        network = limits.network(request._request)
        limits.hit("survey", network, limit=TRIES, window=PER, now=timezone.now())

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal takes back what came before it; of a guess that is its count, which stays."""
        answer = super().handle_exception(exc)
        if isinstance(exc, LinkUnknown):
            transaction.set_rollback(False)
        return answer

    @extend_schema(responses=SurveySerializer)
    def get(self, request: Request, token: str) -> Response:
        row = actions.by_token(token, now=timezone.now())
        return Response(SurveySerializer(row).data, headers={"Cache-Control": "no-store"})

    @extend_schema(request=AnswerSerializer, responses={204: None})
    @once_api
    def post(self, request: Request, token: str) -> Response:
        """Answer."""
        return self._take(actions.answer, request, token)

    @extend_schema(request=AnswerSerializer, responses={204: None})
    def put(self, request: Request, token: str) -> Response:
        """Put another answer in the place of the first, for 7 days."""
        return self._take(actions.amend, request, token)

    def _take(self, act: Act, request: Request, token: str) -> Response:
        now = timezone.now()
        row = actions.by_token(token, now=now)
        act(row, _said(request, row), source=Rating.Source.LINK, now=now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class FollowUpFilter(django_filters.FilterSet):
    kind = django_filters.MultipleChoiceFilter(choices=Kind.choices)
    state = django_filters.MultipleChoiceFilter(choices=FollowUpState.choices)
    case = django_filters.CharFilter(field_name="case__number", max_length=20)

    class Meta:
        model = FollowUp
        fields = ["kind", "state", "case"]


def _joined(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    joined = ("case", "referral__need__item", "referral__institution")
    return rows.select_related(*joined).defer(
        *none_but(FollowUp, "case", "number"),
        *none_but(FollowUp, "referral", "need", "institution"),
        *none_but(FollowUp, "referral__need", "item"),
        *none_but(FollowUp, "referral__need__item", "code"),
        *none_but(FollowUp, "referral__institution", "name_zh"),
    )


@kept
def _one(*, pk: int, user: User) -> QuerySet[FollowUp]:
    return _joined(FollowUp.objects.visible_to(user).filter(pk=pk))


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
        return _joined(FollowUp.objects.visible_to(self.request.user))

    def get_object(self) -> FollowUp:
        for row in _one(pk=int(self.kwargs["pk"]), user=self.request.user):
            return row
        raise Http404

    @extend_schema(request=AnswerSerializer, responses=FollowUpSerializer)
    @action(detail=True, methods=["post"], needed=("cases.confirm",), url_path="answer")
    @once_api
    def answer(self, request: Request, pk: str) -> Response:
        """Answer for one's enterprise."""
        return self._take(actions.answer, request)

    @extend_schema(request=AnswerSerializer, responses=FollowUpSerializer)
    @answer.mapping.put
    def amend(self, request: Request, pk: str) -> Response:
        """Put another answer in the place of the first, for 7 days."""
        return self._take(actions.amend, request)

    def _take(self, act: Act, request: Request) -> Response:
        row = self.get_object()
        act(row, _said(request, row), source=Rating.Source.API, now=timezone.now(), by=request.user)
        return Response(self.get_serializer(self.get_object()).data)


def _said(request: Request, row: FollowUp) -> Answer:
    form = AnswerSerializer(data=request.data, context={"row": row})
    form.is_valid(raise_exception=True)
    return form.answer()
