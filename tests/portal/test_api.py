"""What the views of the API share: fields that are looked up once, and first pages that are not put together anew."""

from typing import Any

import pytest
from django.utils import translation
from rest_framework import serializers
from rest_framework.test import APIRequestFactory

from portal.api import FieldsKept, FirstPageKept
from portal.notices.models import Notice
from services.cases.models import Case
from services.triage.serializers import DeskCaseSerializer
from tests.factories import make_case, make_need


class Plain(serializers.ModelSerializer):
    class Meta:
        model = Case
        fields = ["number", "state", "submitted_at", "enterprise"]


class Kept(FieldsKept, Plain):
    pass


class Wider(Kept):
    class Meta(Plain.Meta):
        fields = [*Plain.Meta.fields, "text"]


class View(FirstPageKept):
    def __init__(self, path: str) -> None:
        request = APIRequestFactory().get(path)
        request.query_params = request.GET  # type: ignore[attr-defined]
        self.request = request

    def listed(self) -> Any:
        return Notice.objects.none()

    def first_page(self) -> list[str]:
        return ["kept"]


@pytest.mark.django_db
def test_fields_that_are_looked_up_once_say_the_same_each_time() -> None:
    case = make_case()
    for _each in range(2):
        assert Kept(case).data == Plain(case).data
        assert repr(Kept()) == repr(Plain()).replace("Plain", "Kept")
    assert Wider(case).data == {**Plain(case).data, "text": case.text}


class Everything(serializers.ModelSerializer):
    """Each way in which a field finds its value."""

    station_name = serializers.CharField(source="station.name_zh")
    state_in_words = serializers.CharField(source="get_state_display")
    no_owner = serializers.CharField(source="owner.name", default="nobody")
    left_out = serializers.CharField(source="owner.username", required=False)
    nothing_there = serializers.CharField(source="presence.seen_at")
    told = serializers.SerializerMethodField()
    needs = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    secret = serializers.CharField(write_only=True)

    class Meta:
        model = Case
        fields = [
            *("number", "station", "owner", "submitted_at", "station_name", "state_in_words", "no_owner", "left_out"),
            *("nothing_there", "told", "needs", "secret"),
        ]

    def get_told(self, case: Case) -> str:
        return f"told of {case.number}"


class EverythingKept(FieldsKept, Everything):
    pass


@pytest.mark.django_db
def test_however_a_field_finds_its_value_it_is_the_one_the_framework_finds() -> None:
    rows = [make_need().case, make_case()]
    assert EverythingKept(rows, many=True).data == Everything(rows, many=True).data


def test_their_labels_follow_the_language_of_each_reader() -> None:
    labels = []
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            labels.append(str(DeskCaseSerializer().fields["submitted_at"].label))
    assert labels[0] == labels[2] != labels[1]


class Typed(serializers.Serializer):
    """Fields that refuse, one of them with a field inside."""

    text = serializers.CharField(max_length=3)
    number = serializers.IntegerField(min_value=1)
    words = serializers.ListField(child=serializers.CharField(max_length=3))


class TypedKept(FieldsKept, Typed):
    pass


def refusals(kind: type[serializers.Serializer], language: str) -> str:
    with translation.override(language):
        form = kind(data={"text": "longer", "number": 0, "words": ["longer"]})
        assert not form.is_valid()
        return str(form.errors)


def test_what_is_refused_is_said_in_the_language_of_each_who_sent_it() -> None:
    assert refusals(Typed, "en") != refusals(Typed, "zh-hans")
    for language in ("en", "zh-hans", "en"):
        assert refusals(TypedKept, language) == refusals(Typed, language)


def test_no_reader_gets_the_fields_of_another() -> None:
    first, second = Kept(), Kept()
    first.fields["number"].help_text = "mine"
    assert second.fields["number"].help_text != "mine"
    assert Kept().fields["number"].help_text != "mine"


def test_only_the_first_page_without_filters_is_the_kept_one() -> None:
    assert list(View("/x/").get_queryset()) == ["kept"]
    assert list(View("/x/?page_size=5").get_queryset()) == []
