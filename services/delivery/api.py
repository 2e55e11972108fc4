"""Referrals for programs: what the institution's desk and the enterprise's page do, through the same actions."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from experts import promises
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.api import Allows, FieldsKept, FirstPageKept, newest
from portal.audit import actions as audit
from portal.files import actions as files
from portal.files.checks import check
from portal.idempotency.keys import once_api
from portal.kept import kept
from services.cases import reading, sharing
from services.cases.models import OWED, DeclineReason, Referral, Result
from services.cases.states import ReferralState
from services.catalogue.models import large
from services.delivery import actions
from services.delivery.actions import NewResult
from services.stations.models import reads_all


class ResultSerializer(FieldsKept, serializers.ModelSerializer):
    document = serializers.IntegerField(source="document_id", allow_null=True, help_text="See /documents/{id}/")

    class Meta:
        model = Result
        fields = ["id", "kind", "number", "summary", "issued_on", "state", "document"]


class ContactSerializer(serializers.Serializer):
    """Who asks; null until the institution has accepted, masked until the person agreed to be reached by it."""

    enterprise = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    full = serializers.BooleanField(help_text="False: masked")


class ReferralRowSerializer(FieldsKept, serializers.ModelSerializer):
    """A referral in a list: without who asks."""

    case = serializers.CharField(source="case.number")
    need = serializers.IntegerField(source="need_id")
    item = serializers.CharField(source="need.item_id")
    item_name_zh = serializers.CharField(source="need.item.name_zh")
    item_name_en = serializers.CharField(source="need.item.name_en")
    institution = serializers.IntegerField(source="institution_id")
    institution_name = serializers.CharField(source="institution.name_zh")
    description = serializers.SerializerMethodField()
    results = ResultSerializer(many=True)

    class Meta:
        model = Referral
        fields = [
            "id",
            "case",
            "need",
            "item",
            "item_name_zh",
            "item_name_en",
            "institution",
            "institution_name",
            "state",
            "version",
            "fee",
            "plan",
            "price_cny",
            "due_at",
            "due_clock",
            "waiting_for",
            "waiting_since",
            "offered_at",
            "accepted_at",
            "delivered_at",
            "confirmed_at",
            "confirmed_automatically",
            "description",
            "results",
        ]

    def get_description(self, referral: Referral) -> str:
        return sharing.redacted(referral.need.description or referral.case.text, referral, full=False)


class ReferralSerializer(ReferralRowSerializer):
    """One referral; each look at a contact that is not masked is recorded."""

    contact = serializers.SerializerMethodField()

    class Meta(ReferralRowSerializer.Meta):
        fields = [*ReferralRowSerializer.Meta.fields, "contact"]

    @extend_schema_field(ContactSerializer(allow_null=True))
    def get_contact(self, referral: Referral) -> dict[str, Any] | None:
        if not referral.is_taken:
            return None
        contact, user = sharing.shown(referral), self.context["request"].user
        if contact.full and user.role == Role.PROVIDER:
            audit.record(user, "saw_contact", referral.case, {"referral": referral.pk})
        return dict(ContactSerializer(contact).data)


class StepSerializer(FieldsKept, serializers.Serializer):
    note = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    version = serializers.IntegerField(required=False, default=None, allow_null=True)


class ReasonSerializer(StepSerializer):
    note = serializers.CharField(max_length=2000)


class ProgressSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=2000)
    waits_for = serializers.ChoiceField(
        choices=OWED,
        required=False,
        default="",
        allow_blank=True,
        help_text="What the enterprise owes; the clocks stand still until a note no longer names it.",
    )


class DeclineSerializer(StepSerializer):
    reason = serializers.ChoiceField(choices=DeclineReason.choices)


class QuoteSerializer(serializers.Serializer):
    plan = serializers.CharField(max_length=5000, validators=[promises.check])
    price_cny = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, required=False, default=None, allow_null=True
    )
    version = serializers.IntegerField(required=False, default=None, allow_null=True)


class AgreeSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False, default=None, allow_null=True)


class DeliverSerializer(StepSerializer):
    """One result; send multipart/form-data to hand in its file."""

    kind = serializers.ChoiceField(choices=Result.Kind.choices)
    issued_on = serializers.DateField()
    number = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    summary = serializers.CharField(max_length=5000, required=False, default="", allow_blank=True)
    file = serializers.FileField(required=False, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["file"] and not attrs["summary"]:
            raise serializers.ValidationError({"summary": _("Attach a file or say in words what was delivered.")})
        if attrs["issued_on"] > timezone.localdate():
            raise serializers.ValidationError({"issued_on": _("A result cannot be issued in the future.")})
        return attrs

    def validate_file(self, value: UploadedFile | None) -> UploadedFile | None:
        if value:
            check(value)
        return value


class ReferralFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=ReferralState.choices)
    case = django_filters.CharFilter(field_name="case__number", max_length=20)

    class Meta:
        model = Referral
        fields = ["state", "case"]


DECLINING = OpenApiExample("No capacity", request_only=True, value={"reason": "no_capacity", "note": "", "version": 1})
DELIVERING = OpenApiExample(
    "In words",
    request_only=True,
    media_type="application/json",
    value={"kind": "advice", "issued_on": "2026-11-20", "summary": "报名流程与时间表见正文。", "version": 3},
)
LISTED = (
    *("state", "version", "fee", "plan", "price_cny", "due_at", "due_clock", "waiting_for", "waiting_since"),
    *("offered_at", "accepted_at", "delivered_at", "confirmed_at", "confirmed_automatically"),
    *("case__number", "case__text", "case__contact_name", "case__enterprise__name", "institution__name_zh"),
    *("need__description", "need__item__name_zh", "need__item__name_en"),
)
"""The columns of a referral in a list, with those in whose words it is described."""
Act = Callable[..., Any]
READ = ("delivery.work", "cases.confirm", "cases.read")
PROVIDER, ENTERPRISE = ("delivery.work",), ("cases.confirm",)


def _listed(user: User, everywhere: bool | None = None) -> QuerySet[Referral]:
    rows = Referral.objects.listed_to(user, everywhere).only(*LISTED)
    return rows.select_related("case__enterprise", "need__item", "institution")


@kept
def _one(*, pk: int, user: User) -> QuerySet[Referral]:
    rows = Referral.objects.visible_to(user).filter(pk=pk)
    return rows.select_related("case__enterprise", "need__item", "institution").defer(
        "case__search", *large("need__item")
    )


@kept
def _newest(everywhere: bool, *, user: User) -> QuerySet[Referral]:
    return newest(_listed(user, everywhere))


class ReferralViewSet(FirstPageKept, viewsets.ReadOnlyModelViewSet):
    """The referrals of one's institution, or of one's own cases."""

    queryset = Referral.objects.none()  # for the schema; get_queryset says which
    filterset_class = ReferralFilter
    lookup_value_regex = "[0-9]{1,18}"
    needed: tuple[str, ...] = READ

    def get_permissions(self) -> list[Any]:
        return [Allows(*self.needed)()]

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return ReferralRowSerializer if self.action == "list" else ReferralSerializer

    def get_object(self) -> Referral:
        for referral in reading.with_results(_one(pk=int(self.kwargs["pk"]), user=self.request.user)):
            return referral
        raise Http404

    def listed(self) -> QuerySet[Referral]:
        issued = Prefetch("results", Result.objects.issued().order_by("pk"))
        return _listed(self.request.user).prefetch_related(issued)

    def first_page(self) -> list[Referral]:
        return reading.with_results(_newest(reads_all(self.request.user), user=self.request.user))

    def _step(self, request: Request, serializer: type[serializers.Serializer], act: Act) -> Response:
        referral = self.get_object()
        form = serializer(data=request.data)
        form.is_valid(raise_exception=True)
        act(referral, by=request.user, now=timezone.now(), **form.validated_data)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=StepSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=PROVIDER, url_path="accept")
    @once_api
    def accept(self, request: Request, pk: str) -> Response:
        """Take the referral on; the qualification is checked again."""
        return self._step(request, StepSerializer, actions.accept)

    @extend_schema(request=DeclineSerializer, responses=ReferralSerializer, examples=[DECLINING])
    @action(detail=True, methods=["post"], needed=PROVIDER, url_path="decline")
    @once_api
    def decline(self, request: Request, pk: str) -> Response:
        """Refuse the offer for a reason of the closed list."""
        return self._step(request, DeclineSerializer, actions.decline)

    @extend_schema(request=QuoteSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=PROVIDER, url_path="quote")
    @once_api
    def quote(self, request: Request, pk: str) -> Response:
        """Send plan and price to the enterprise."""
        return self._step(request, QuoteSerializer, actions.quote)

    @extend_schema(request=ProgressSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=PROVIDER, url_path="progress")
    @once_api
    def progress(self, request: Request, pk: str) -> Response:
        """Say how the work stands."""
        return self._step(request, ProgressSerializer, actions.progress)

    @extend_schema(request=ReasonSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=PROVIDER, url_path="rework")
    @once_api
    def rework(self, request: Request, pk: str) -> Response:
        """Take the work up again."""
        return self._step(request, ReasonSerializer, actions.rework)

    @extend_schema(request=ReasonSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=PROVIDER, url_path="abandon")
    @once_api
    def abandon(self, request: Request, pk: str) -> Response:
        """Give the work up, with a reason."""
        return self._step(request, ReasonSerializer, actions.abandon)

    @extend_schema(request=AgreeSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=ENTERPRISE, url_path="agree")
    @once_api
    def agree(self, request: Request, pk: str) -> Response:
        """Agree to plan and price."""
        return self._step(request, AgreeSerializer, actions.agree)

    @extend_schema(request=ReasonSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=ENTERPRISE, url_path="ask-change")
    @once_api
    def ask_change(self, request: Request, pk: str) -> Response:
        """Ask for another plan."""
        return self._step(request, ReasonSerializer, actions.ask_change)

    @extend_schema(request=StepSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=ENTERPRISE, url_path="confirm")
    @once_api
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm the result."""
        return self._step(request, StepSerializer, actions.confirm)

    @extend_schema(request=ReasonSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=ENTERPRISE, url_path="dispute")
    @once_api
    def dispute(self, request: Request, pk: str) -> Response:
        """Object to the result, with a reason."""
        return self._step(request, ReasonSerializer, actions.dispute)

    @extend_schema(request=ReasonSerializer, responses=ReferralSerializer)
    @action(detail=True, methods=["post"], needed=ENTERPRISE, url_path="cancel")
    @once_api
    def cancel(self, request: Request, pk: str) -> Response:
        """Call the work off, with a reason."""
        return self._step(request, ReasonSerializer, actions.cancel)

    @extend_schema(request=DeliverSerializer, responses=ReferralSerializer, examples=[DELIVERING])
    @action(detail=True, methods=["post"], needed=PROVIDER)
    @once_api
    def deliver(self, request: Request, pk: str) -> Response:
        """Hand in one result and ask the enterprise to confirm."""
        return self._step(request, DeliverSerializer, _deliver)


def _deliver(
    referral: Referral, *, file: Any, kind: str, issued_on: Any, number: str, summary: str, **step: Any
) -> Referral:
    attachment = files.store(file, by=step["by"]) if file else None
    one = NewResult(kind=kind, issued_on=issued_on, number=number, summary=summary, attachment=attachment)
    return actions.deliver(referral, [one], **step)
