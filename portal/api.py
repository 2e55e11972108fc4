"""What every part of the API shares: strict input, newest first, problems as RFC 9457 says, closed by default."""

import codecs
import json
import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy, deepcopy
from functools import cached_property
from operator import attrgetter
from typing import IO, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connections
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.fields import Field, SkipField
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.relations import PKOnlyObject
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.formatting import lazy_format

from portal import mapping, problems
from portal.legible import ILLEGIBLE
from portal.permissions import Allows, DenyAll
from portal.refusals import Refusal, TooBig

__all__ = ["Allows", "DenyAll", "FieldsKept", "FirstPageKept", "NewestFirst", "StrictJSONParser", "newest", "problem"]

DEEPEST = 32
SMALLEST, LARGEST = -(2**63), 2**63 - 1
LONGEST_NUMBER = 40
STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


class StrictJSONParser(JSONParser):
    """JSON as the API takes it: 1 MB, 32 deep, each name once, numbers that a database can hold, text that can be
    stored.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooBig
        try:
            return loads(raw.removeprefix(codecs.BOM_UTF8).decode())
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8.")) from error


class WhenAsked(DjangoFilterBackend):
    """Filters where the address names one: to make the form of a filter, with all its choices, costs as much as the
    list itself.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        known = self.get_filterset_class(view, queryset) if request.query_params else None
        if known is None or known.base_filters.keys().isdisjoint(request.query_params):
            return queryset
        return super().filter_queryset(request, queryset, view)


class FieldsKept:
    """What a model says of its columns is looked up once, not for each request; where a field finds its value, once for
    all the rows.
    """

    known: ClassVar[dict[type, dict[str, Field]]] = {}

    def get_fields(self) -> dict[str, Field]:
        """Each request has its own; those with fields inside are copied with them."""
        if type(self) not in self.known:
            self.known[type(self)] = {name: _said_anew(field) for name, field in super().get_fields().items()}  # type: ignore[misc]
        known = self.known[type(self)].items()
        return {name: deepcopy(field) if _holds_fields(field) else copy(field) for name, field in known}

    def to_representation(self, row: Any) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, field, read in self._readers:
            try:
                value = read(row)
            except SkipField:
                continue
            known = value.pk if isinstance(value, PKOnlyObject) else value
            told[name] = None if known is None else field.to_representation(value)
        return told

    @cached_property
    def _readers(self) -> list[tuple[str, Field, Callable[[Any], Any]]]:
        fields: Mapping[str, Field] = self.fields  # type: ignore[attr-defined]
        return [(name, field, _reader(field)) for name, field in fields.items() if not field.write_only]


def _holds_fields(field: Field) -> bool:
    return isinstance(field, BaseSerializer) or hasattr(field, "child")


def _said_anew(field: Field) -> Field:
    """What a field says of a value that it refuses is said in the language of each who sent one: DRF's own sentences
    stay as they were said first.
    """
    validators: Iterable[Any] = field.validators
    for one in validators:
        said = getattr(one, "message", None)
        if isinstance(said, lazy_format):
            words: Any = said.format_string
            one.message = format_lazy(words, *said.args, **said.kwargs)
    return field


def _reader(field: Field) -> Callable[[Any], Any]:
    """As the field itself reads its value, but without asking of each step whether it is a mapping or to be called."""
    whole = field.get_attribute
    if type(field).get_attribute is not Field.get_attribute or not field.source_attrs:
        return whole
    quick = attrgetter(".".join(field.source_attrs))

    def read(row: Any) -> Any:
        try:
            value = quick(row)
        except (AttributeError, ObjectDoesNotExist):
            return whole(row)
        return whole(row) if callable(value) else value

    return read


class Found(list[Any]):
    """Rows that are there already and in order."""

    def order_by(self, *_names: str) -> "Found":
        return self


class FirstPageKept:
    """For views that list: the first page by a kept question, for whoever names no filter, size or place."""

    request: Any

    def get_queryset(self) -> Any:
        return self.listed() if self.request.query_params else Found(self.first_page())

    def listed(self) -> QuerySet[Any]:
        raise NotImplementedError

    def first_page(self) -> list[Any]:
        raise NotImplementedError


class NewestFirst(CursorPagination):
    """Keyset pages by id; ``page_size`` up to 100."""

    ordering = "-id"
    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100


def newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the first page, and one more that tells whether there is a second."""
    return rows.order_by(NewestFirst.ordering)[: NewestFirst.page_size + 1]


def loads(text: str) -> Any:
    """Strict JSON.

    :raises ParseError: with a sentence that says what is wrong.
    """
    if depth(text) > DEEPEST:
        raise ParseError(_("The JSON is nested too deeply; 32 levels are the most."))
    try:
        parsed = json.loads(
            text, parse_constant=_no_constant, parse_int=_integer, parse_float=_number, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise ParseError(_("This is no JSON: see line %(line)d, column %(column)d.") % place) from error
    _check_text(parsed)
    return parsed


def depth(text: str) -> int:
    """How deep brackets are nested, without parsing: the parser itself would run out of stack."""
    deepest = level = 0
    for found in STRING_OR_BRACKET.finditer(text):
        sign = found[0]
        if sign in "[{":
            level += 1
            deepest = max(deepest, level)
        elif sign in "]}":
            level -= 1
    return deepest


def _no_constant(name: str) -> None:
    raise ParseError(_("NaN and Infinity are no numbers here."))


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= LONGEST_NUMBER else LARGEST + 1
    if not SMALLEST <= value <= LARGEST:
        raise ParseError(_("A number is too large."))
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ParseError(_("A number is too large."))
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ParseError(_("An object names one member twice."))
    return row


def _check_text(value: Any) -> None:
    if isinstance(value, str) and ILLEGIBLE.search(value):
        raise ParseError(mapping.UNREADABLE)
    if isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check_text(member)
    elif isinstance(value, list):
        for member in value:
            _check_text(member)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The framework's exception handler: every refusal as a problem; None leaves our own mistakes to the 500 page."""
    request = context.get("request")
    instance = request.path if request is not None else ""
    if isinstance(error, APIException):
        answer = _of_framework(error, instance)
    else:
        refusal = mapping.refusal_for(error)
        if refusal is None:
            return None
        answer = _answer(problems.document(refusal, instance), refusal.status, problems.retry_header(refusal))
    _roll_back()
    return answer


def _of_framework(error: APIException, instance: str) -> Response:
    headers = {}
    for name, header in (("auth_header", "WWW-Authenticate"), ("wait", "Retry-After")):
        if value := getattr(error, name, None):
            headers[header] = str(value)
    refusal = Refusal(_("Some of what you sent cannot be accepted; see errors."))
    if isinstance(error, ValidationError):
        body = problems.document(refusal, instance, errors=_by_field(error.detail), named="invalid")
        return _answer(body, error.status_code, headers)
    refusal = Refusal(_sentence(error.detail), title=str(error.default_detail))
    refusal.status = error.status_code
    body = problems.document(refusal, instance, named=error.default_code.replace("_", "-"))
    return _answer(body, error.status_code, headers)


def _answer(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    return Response(body, status=status, headers=headers, content_type=problems.MEDIA_TYPE)


def _by_field(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Messages per field, nested fields by dots; those of no field under ``non_field_errors``."""
    if isinstance(detail, dict):
        rows = [_by_field(member, f"{prefix}{name}.") for name, member in detail.items()]
        return {name: messages for row in rows for name, messages in row.items()}
    if isinstance(detail, list) and any(isinstance(member, dict) for member in detail):
        rows = [_by_field(member, f"{prefix}{index}.") for index, member in enumerate(detail) if member]
        return {name: messages for row in rows for name, messages in row.items()}
    messages = [str(member) for member in detail] if isinstance(detail, list) else [str(detail)]
    return {prefix.rstrip(".") or "non_field_errors": messages}


def _sentence(detail: Any) -> str:
    return str(detail.get("detail", "") if isinstance(detail, dict) else detail)


def _roll_back() -> None:
    """An answered refusal must not commit what the view did before it."""
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict["ATOMIC_REQUESTS"] and connection.in_atomic_block:
            connection.set_rollback(True)
