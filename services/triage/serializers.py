"""What the desk's part of the API shows and takes. Serializers clean; the actions write."""

from typing import Any

from django.core.exceptions import ValidationError as FieldErrors
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.api import FieldsKept
from portal.kept import kept
from services.cases.actions import NewNeed
from services.cases.models import Case, Need, Urgency
from services.catalogue.models import ServiceItem
from services.triage import answers
from services.triage.doors import Door
from services.triage.pieces import DESCRIPTION, MOST_PIECES


class DeskNeedSerializer(FieldsKept, serializers.ModelSerializer[Need]):
    class Meta:
        model = Need
        fields = (
            "id",
            "position",
            "board",
            "item",
            "item_version",
            "description",
            "answers",
            "urgency",
            "after",
            "state",
            "version",
            "reason",
            "promised_on",
        )


class DeskCaseSerializer(FieldsKept, serializers.ModelSerializer[Case]):
    """One row of the queue."""

    enterprise = serializers.CharField(source="enterprise.name", default="")
    owner = serializers.CharField(source="owner.name", default="")
    station = serializers.CharField(source="station.name")

    class Meta:
        model = Case
        fields = (
            "number",
            "version",
            "state",
            "urgency",
            "channel",
            "station",
            "enterprise",
            "owner",
            "text",
            "product",
            "wanted_on",
            "submitted_at",
            "due_at",
            "closed_at",
        )


class DeskCaseWholeSerializer(DeskCaseSerializer):
    """A case with its contact, whose reading is recorded, and its needs."""

    needs = DeskNeedSerializer(many=True)
    merged_into = serializers.CharField(source="merged_into.number", default=None)

    class Meta:
        model = Case
        fields = (
            *DeskCaseSerializer.Meta.fields,
            "ordered_item",
            "contact_name",
            "contact_phone",
            "contact_email",
            "referred_to",
            "merged_into",
            "needs",
        )


class SuggestedSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    score = serializers.FloatField()


class SuggestionSerializer(serializers.Serializer[Any]):
    """Codes with figures between 0 and 1; nothing acts on it but a person."""

    boards = SuggestedSerializer(many=True)
    items = SuggestedSerializer(many=True)
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    out_of_scope = SuggestedSerializer(allow_null=True)


class VersionSerializer(FieldsKept, serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, help_text="The version of the case that was looked at.")


class ItemField(serializers.SlugRelatedField):
    """A service item that is offered, by its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="code", queryset=ServiceItem.objects.offered(), **options)

    def to_internal_value(self, data: Any) -> ServiceItem:
        """What is none is left to the field that knows what to say of it."""
        for item in _offered(code=data) if isinstance(data, str) else ():
            return item
        return super().to_internal_value(data)


@kept
def _offered(*, code: str) -> QuerySet[ServiceItem]:
    return ServiceItem.objects.offered().select_related("board").filter(code=code)


class PieceSerializer(FieldsKept, serializers.Serializer[Any]):
    item = ItemField()
    description = serializers.CharField(max_length=DESCRIPTION, required=False, default="", allow_blank=True)
    urgency = serializers.ChoiceField(choices=Urgency.choices, default=Urgency.NORMAL)
    answers = serializers.DictField(required=False, default=dict)
    after = serializers.IntegerField(
        min_value=1, required=False, allow_null=True, default=None, help_text="Position of the need it waits for."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            attrs["answers"] = answers.cleaned(attrs["item"], attrs["answers"])
        except FieldErrors as error:
            raise serializers.ValidationError({"answers": error.message_dict}) from error
        return attrs


class ConfirmSerializer(VersionSerializer):
    needs = PieceSerializer(many=True, allow_empty=False)
    urgency = serializers.ChoiceField(choices=Urgency.choices, default=Urgency.NORMAL)
    note = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)

    def validate_needs(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A need waits for one that stands before it in the list."""
        if len(rows) > MOST_PIECES:
            raise serializers.ValidationError(_("At most %(number)d needs.") % {"number": MOST_PIECES})
        late = [place for place, row in enumerate(rows, start=1) if (row["after"] or 0) >= place]
        if late:
            raise serializers.ValidationError(_("A need can only wait for one before it in the list."))
        return rows

    def pieces(self) -> list[NewNeed]:
        return [NewNeed(**row) for row in self.validated_data["needs"]]


class AskSerializer(VersionSerializer):
    questions = serializers.CharField(max_length=3000)


class AnswerNowSerializer(VersionSerializer):
    item = ItemField()
    text = serializers.CharField(max_length=5000)
    close = serializers.BooleanField(default=False)


class ReferOutSerializer(VersionSerializer):
    door = serializers.ChoiceField(choices=Door.choices)
    sentence = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)


class MergeSerializer(VersionSerializer):
    into = serializers.CharField(max_length=30, help_text="Number of the case that goes on.")
