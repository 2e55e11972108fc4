"""The desk's part of the API: the queue, one case, its suggestion, and the same actions as on the page."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from portal.accounts import limits
from portal.accounts.models import User
from portal.api import Allows, FirstPageKept, NewestFirst, newest
from portal.audit import actions as audit
from portal.idempotency.keys import once_api
from portal.kept import brought, kept
from services.cases import actions as cases
from services.cases import reading
from services.cases.models import Case
from services.stations.models import reads_all
from services.triage import actions, advice
from services.triage.filters import CaseFilter
from services.triage.serializers import (
    AnswerNowSerializer,
    AskSerializer,
    ConfirmSerializer,
    DeskCaseSerializer,
    DeskCaseWholeSerializer,
    MergeSerializer,
    ReferOutSerializer,
    SuggestionSerializer,
    VersionSerializer,
)

LISTED = (
    *("number", "version", "state", "urgency", "channel", "text", "product", "wanted_on", "submitted_at", "due_at"),
    *("closed_at", "enterprise__name", "owner__name", "station__name_zh", "station__name_en"),
)
"""The columns of a row of the queue."""


def _listed(user: User, everywhere: bool | None = None) -> QuerySet[Case]:
    rows = Case.objects.listed_to(user, everywhere)
    return rows.select_related("enterprise", "owner", "station").only(*LISTED)


@kept
def _one(*, number: str, user: User) -> QuerySet[Case]:
    rows = Case.objects.visible_to(user).filter(number=number).defer("search", "merged_into__search")
    return rows.select_related("enterprise", "owner", "station", "merged_into", "submitter")


@kept
def _newest(everywhere: bool, *, user: User) -> QuerySet[Case]:
    return newest(_listed(user, everywhere))


class DeskCases(FirstPageKept, ListModelMixin, RetrieveModelMixin, GenericViewSet[Case]):
    """Cases of one's stations. Every change names the ``version`` that was looked at; a stale one gets 409."""

    queryset = Case.objects.none()
    permission_classes = [Allows("triage.work")]
    pagination_class = NewestFirst
    filterset_class = CaseFilter
    serializer_class = DeskCaseSerializer
    lookup_field = "number"
    lookup_value_regex = r"[A-Za-z0-9-]{1,30}"

    def get_object(self) -> Case:
        return self._named(self.kwargs["number"])

    def _named(self, number: str) -> Case:
        for case in _one(number=number, user=self.request.user):
            return case
        raise Http404

    def listed(self) -> QuerySet[Case]:
        return _listed(self.request.user)

    def first_page(self) -> list[Case]:
        return _newest(reads_all(self.request.user), user=self.request.user)

    @extend_schema(responses=DeskCaseWholeSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._whole(self.get_object())

    @extend_schema(responses=SuggestionSerializer)
    @action(detail=True)
    def suggestion(self, request: Request, number: str) -> Response:
        """What the portal suggests for the text, in codes and figures."""
        found = advice.of(self.get_object(), today=timezone.localdate())
        return Response(SuggestionSerializer(found).data)

    @extend_schema(request=ConfirmSerializer, responses=DeskCaseWholeSerializer)
    @action(detail=True, methods=["post"])
    @once_api
    def confirm(self, request: Request, number: str) -> Response:
        """Split the case into needs. ``after`` names a need by its position in the list, beginning with 1."""
        typed = ConfirmSerializer(data=request.data)
        typed.is_valid(raise_exception=True)
        case, pieces = self.get_object(), typed.pieces()
        words = {name: value for name, value in typed.validated_data.items() if name != "needs"}
        shown = advice.of(case, today=timezone.localdate())
        actions.confirm(case, pieces, by=request.user, now=timezone.now(), suggestion=shown, **words)
        return self._whole(case)

    @extend_schema(request=VersionSerializer, responses=DeskCaseWholeSerializer)
    @action(detail=True, methods=["post"])
    @once_api
    def take(self, request: Request, number: str) -> Response:
        """Become the contact person."""
        return self._do(request, VersionSerializer, actions.take)

    @extend_schema(request=AskSerializer, responses=DeskCaseWholeSerializer)
    @action(detail=True, methods=["post"])
    @once_api
    def ask(self, request: Request, number: str) -> Response:
        """Ask the enterprise; the clock stands still until it answers."""
        return self._do(request, AskSerializer, cases.ask)

    @extend_schema(request=AnswerNowSerializer, responses=DeskCaseWholeSerializer)
    @action(detail=True, methods=["post"], url_path="answer-now")
    @once_api
    def answer_now(self, request: Request, number: str) -> Response:
        """Answer at the desk; the enterprise confirms."""
        return self._do(request, AnswerNowSerializer, actions.answer_now)

    @extend_schema(request=ReferOutSerializer, responses=DeskCaseWholeSerializer)
    @action(detail=True, methods=["post"], url_path="refer-out")
    @once_api
    def refer_out(self, request: Request, number: str) -> Response:
        """Show the way to another door."""
        return self._do(request, ReferOutSerializer, actions.refer_out)

    @extend_schema(request=MergeSerializer, responses=DeskCaseWholeSerializer)
    @action(detail=True, methods=["post"])
    @once_api
    def merge(self, request: Request, number: str) -> Response:
        """Join a repeat with the case it repeats; answers with the one that goes on."""
        typed = MergeSerializer(data=request.data)
        typed.is_valid(raise_exception=True)
        case = self.get_object()
        master = self._named(typed.validated_data["into"].upper())
        version = typed.validated_data["version"]
        return self._whole(actions.merge(case, master, by=request.user, now=timezone.now(), version=version))

    def _do(self, request: Request, serializer: type[BaseSerializer[Any]], act: Callable[..., Any]) -> Response:
        """Clean, act, answer with the case as it is now."""
        typed = serializer(data=request.data)
        typed.is_valid(raise_exception=True)
        case = self.get_object()
        act(case, by=request.user, now=timezone.now(), **typed.validated_data)
        return self._whole(case)

    def _whole(self, case: Case) -> Response:
        """With the contact, so that each look is recorded."""
        fresh = self._named(case.number)
        audit.record(self.request.user, "looked_at_contact", fresh, address=limits.address(self.request._request))
        brought(fresh, "needs", reading.needs_alone(case=case.pk))
        return Response(DeskCaseWholeSerializer(fresh).data)
