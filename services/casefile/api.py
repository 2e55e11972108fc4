"""Cases for programs: send one, read one's own, answer, withdraw, fetch papers."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.models import Enterprise, spoken_for
from portal import search, words
from portal.accounts.models import User
from portal.accounts.names import is_email, normalise_contact
from portal.accounts.roles import READERS
from portal.api import Allows, FieldsKept, FirstPageKept, newest
from portal.audit import actions as audit
from portal.files.responses import download
from portal.idempotency.keys import once_api
from portal.kept import brought, kept
from services.casefile import actions, next_step
from services.cases import actions as cases
from services.cases import reading, timeline
from services.cases.actions import Contact
from services.cases.models import Case, CaseDocument, Channel, Need, Referral
from services.cases.states import REFERRAL_NOT_TAKEN, CaseState
from services.catalogue.models import ServiceItem
from services.intake import actions as intake
from services.intake import duplicates
from services.intake.actions import Said
from services.stations.models import reads_all

SHORTEST = 4


class NewCaseSerializer(FieldsKept, serializers.Serializer):
    """The four fields. The contact is a phone number or a mail address; without one, that of the account."""

    text = serializers.CharField(max_length=5000)
    product = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    contact = serializers.CharField(max_length=254, required=False, default="", allow_blank=True)
    contact_name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    wanted_on = serializers.DateField(required=False, default=None, allow_null=True)
    item = serializers.CharField(max_length=10, required=False, default="", allow_blank=True)
    enterprise = serializers.IntegerField(required=False, default=None, allow_null=True)
    consent = serializers.BooleanField(help_text="That the centre may use these data to handle the case.")
    sharing = serializers.BooleanField(
        required=False,
        default=None,
        allow_null=True,
        help_text="That the accepting institution may see the contact; null leaves what was said before.",
    )

    def validate_text(self, value: str) -> str:
        if len(text := words.clean(value)) < SHORTEST:
            raise serializers.ValidationError(_("Say a little more, so that somebody can begin with it."))
        return text

    def validate_contact(self, value: str) -> str:
        return normalise_contact(value) if value else ""

    def validate_consent(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError(_("Without your agreement we may not handle the case."))
        return value

    def validate_wanted_on(self, value: Any) -> Any:
        if value and value < timezone.localdate():
            raise serializers.ValidationError(_("This day is over. Leave it empty if there is no date."))
        return value

    def validate_item(self, value: str) -> str:
        if value and not ServiceItem.objects.offered().filter(pk=value).exists():
            raise serializers.ValidationError(_("There is no such service item."))
        return value

    def validate_enterprise(self, value: int | None) -> Enterprise | None:
        own: list[Enterprise] = spoken_for(user=self.context["request"].user)
        if value is None:
            return next(iter(own), None)
        for enterprise in own:
            if enterprise.pk == value:
                return enterprise
        raise serializers.ValidationError(_("You speak for no such enterprise."))


class ReferralLineSerializer(serializers.ModelSerializer):
    institution_name = serializers.CharField(source="institution.name_zh")

    class Meta:
        model = Referral
        fields = ["id", "institution", "institution_name", "state", "version", "due_at", "plan", "price_cny"]


class NeedSerializer(serializers.ModelSerializer):
    item_name_zh = serializers.CharField(source="item.name_zh")
    item_name_en = serializers.CharField(source="item.name_en")
    referrals = serializers.SerializerMethodField()

    class Meta:
        model = Need
        fields = [
            "id",
            "position",
            "board",
            "item",
            "item_name_zh",
            "item_name_en",
            "description",
            "state",
            "urgency",
            "referrals",
        ]

    @extend_schema_field(ReferralLineSerializer(many=True))
    def get_referrals(self, need: Need) -> list[dict[str, Any]]:
        """The enterprise is not told who was asked in vain."""
        rows = list(reversed(need.referrals.all()))
        if self.context["request"].user.role not in READERS:
            rows = [row for row in rows if row.state not in REFERRAL_NOT_TAKEN]
        return list(ReferralLineSerializer(rows, many=True).data)


class CaseLineSerializer(FieldsKept, serializers.ModelSerializer):
    class Meta:
        model = Case
        fields = [
            "number",
            "state",
            "version",
            "urgency",
            "channel",
            "text",
            "product",
            "wanted_on",
            "submitted_at",
            "due_at",
        ]


class NextStepSerializer(serializers.Serializer):
    words = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    yours = serializers.BooleanField()


class LineSerializer(FieldsKept, serializers.Serializer):
    at = serializers.DateTimeField()
    who = serializers.CharField()
    what = serializers.CharField()
    note = serializers.CharField()


class CaseSerializer(CaseLineSerializer):
    enterprise = serializers.CharField(source="enterprise.name", default=None)
    needs = NeedSerializer(many=True)
    next_step = serializers.SerializerMethodField()
    timeline = serializers.SerializerMethodField()

    class Meta(CaseLineSerializer.Meta):
        fields = [*CaseLineSerializer.Meta.fields, "enterprise", "referred_to", "needs", "next_step", "timeline"]

    @extend_schema_field(NextStepSerializer)
    def get_next_step(self, case: Case) -> dict[str, Any]:
        return dict(NextStepSerializer(next_step.for_enterprise(case, list(case.needs.all()))).data)

    @extend_schema_field(LineSerializer(many=True))
    def get_timeline(self, case: Case) -> list[dict[str, Any]]:
        return list(LineSerializer(timeline.of_case(case, self.context["request"].user), many=True).data)


class SentCaseSerializer(CaseSerializer):
    similar = serializers.SerializerMethodField(
        help_text="Numbers of cases of the last 24 hours that say much the same."
    )

    class Meta(CaseSerializer.Meta):
        fields = [*CaseSerializer.Meta.fields, "similar"]

    @extend_schema_field(LineSerializer(many=True))
    def get_timeline(self, case: Case) -> list[dict[str, Any]]:
        """All there is of it: the line that was written with the case."""
        told = timeline.lines([case.first_event], self.context["request"].user)
        return list(LineSerializer(told, many=True).data)

    def get_similar(self, case: Case) -> list[str]:
        return [one.number for one in self.context["similar"]]


class CaseAnswerSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=5000)


class WithdrawSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)


class CaseFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=CaseState.choices)
    q = django_filters.CharFilter(method="words", max_length=200, label="Words in Chinese or English, or a number")

    class Meta:
        model = Case
        fields = ["state", "q"]

    def words(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return search.match(queryset, value)


SENDING = OpenApiExample(
    "A sanitary-ware maker",
    request_only=True,
    value={
        "text": "我们的计量器具要检定，新建的研发实验室还想做 CNAS 认可。",
        "product": "卫生陶瓷",
        "contact": "13800001234",
        "contact_name": "王经理",
        "wanted_on": "2027-03-31",
        "consent": True,
        "sharing": True,
    },
)
ANSWERING = OpenApiExample("The year of the certificate", request_only=True, value={"text": "2024 年的证书。"})
READ, OWN = ("intake.submit", "cases.read"), ("cases.answer",)


def _listed(user: User, everywhere: bool | None = None) -> QuerySet[Case]:
    return Case.objects.listed_to(user, everywhere).only(*CaseLineSerializer.Meta.fields)


@kept
def _one(*, number: str, user: User) -> QuerySet[Case]:
    return Case.objects.visible_to(user).filter(number=number).select_related("enterprise").defer("search")


@kept
def _newest(everywhere: bool, *, user: User) -> QuerySet[Case]:
    return newest(_listed(user, everywhere))


class CaseViewSet(FirstPageKept, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One's own cases."""

    queryset = Case.objects.none()  # for the schema; get_queryset says which
    lookup_field = "number"
    lookup_value_regex = "QS-[0-9]{8}-[0-9]{5}"
    filterset_class = CaseFilter
    needed: tuple[str, ...] = READ

    def get_permissions(self) -> list[Any]:
        return [Allows(*(("intake.submit",) if self.action == "create" else self.needed))()]

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return CaseLineSerializer if self.action == "list" else CaseSerializer

    def get_object(self) -> Case:
        for case in _one(number=self.kwargs["number"], user=self.request.user):
            brought(case, "needs", reading.referred(case))
            return case
        raise Http404

    def listed(self) -> QuerySet[Case]:
        return _listed(self.request.user)

    def first_page(self) -> list[Case]:
        return _newest(reads_all(self.request.user), user=self.request.user)

    @extend_schema(request=NewCaseSerializer, responses={201: SentCaseSerializer}, examples=[SENDING])
    @once_api
    def create(self, request: Request) -> Response:
        """Send a need. A near-duplicate of the last 24 hours is named in ``similar``, not refused."""
        form = NewCaseSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        data, now = form.validated_data, timezone.now()
        said = Said(data["text"], words.clean(data["product"]), data["wanted_on"], data["item"])
        similar = duplicates.near(said.text, submitter=request.user, enterprise=data["enterprise"], now=now)
        case = intake.submit(
            said,
            by=request.user,
            contact=_contact(data, request.user),
            enterprise=data["enterprise"],
            channel=Channel.API,
            sharing=data["sharing"],
            now=now,
        )
        brought(case, "needs", [])  # it was sent a moment ago
        context = {**self.get_serializer_context(), "similar": similar}
        return Response(SentCaseSerializer(case, context=context).data, status=201)

    @extend_schema(request=CaseAnswerSerializer, responses=CaseSerializer, examples=[ANSWERING])
    @action(detail=True, methods=["post"], needed=OWN)
    @once_api
    def answer(self, request: Request, number: str) -> Response:
        """Answer the questions of the desk."""
        case, form = self.get_object(), CaseAnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        cases.answer(case, form.validated_data["text"], by=request.user, now=timezone.now())
        return Response(self._shown())

    @extend_schema(request=WithdrawSerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"], needed=OWN)
    @once_api
    def withdraw(self, request: Request, number: str) -> Response:
        """Withdraw a case that is not yet in service."""
        case, form = self.get_object(), WithdrawSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        actions.withdraw(case, by=request.user, now=timezone.now(), note=form.validated_data["note"])
        return Response(self._shown())

    def _shown(self) -> dict[str, Any]:
        return dict(self.get_serializer(self.get_object()).data)


def _contact(data: dict[str, Any], user: Any) -> Contact:
    reached = data["contact"]
    name = data["contact_name"] or user.name
    if not reached:
        return Contact(name, user.phone or "", user.email or "")
    return Contact(name, email=reached) if is_email(reached) else Contact(name, phone=reached)


class DocumentViewSet(viewsets.GenericViewSet):
    """The papers of cases and referrals."""

    lookup_value_regex = "[0-9]{1,18}"

    def get_permissions(self) -> list[Any]:
        return [Allows("intake.submit", "cases.read", "delivery.work")()]

    def get_queryset(self) -> QuerySet[CaseDocument]:
        return CaseDocument.objects.visible_to(self.request.user).select_related("attachment")

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def retrieve(self, request: Request, pk: str) -> HttpResponseBase:
        """Download one paper; every look is recorded."""
        paper = self.get_object()
        audit.record(request.user, "downloaded", f"document:{paper.pk}")
        return download(paper.attachment)
