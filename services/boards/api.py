"""Registers for programs: the members of an entry are the fields of its form, and the same rules hold."""

from typing import Any

from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from enterprises.models import Enterprise
from portal.api import Allows, NewestFirst
from portal.idempotency.keys import once_api
from services.boards import actions
from services.boards.board import registered
from services.boards.forms import EntryForm, problems
from services.boards.models import Entry
from services.boards.register import Register

READS, KEEPS = Allows("boards.keep", "boards.read"), Allows("boards.keep")


class RegisterView(GenericAPIView):
    pagination_class = NewestFirst

    def get_permissions(self) -> list[Any]:
        return [READS() if self.request.method in ("GET", "HEAD") else KEEPS()]

    def register(self) -> Register[Any]:
        app = registered().get(self.kwargs["board"])
        found = app.register(self.kwargs["register"]) if app else None
        if found is None:
            raise NotFound
        return found

    def rows(self) -> Any:
        return self.register().model._default_manager.visible_to(self.request.user)


@extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
class EntriesView(RegisterView):
    def get(self, request: Request, enterprise: int, **_which: str) -> Response:
        """What the register keeps for the enterprise, newest first; what was put away has ``retired_at``."""
        owner = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=enterprise)
        page = self.paginate_queryset(self.rows().filter(enterprise=owner))
        return self.get_paginated_response([said(self.register(), row) for row in page or ()])

    @once_api
    def post(self, request: Request, enterprise: int, **_which: str) -> Response:
        """Enter one."""
        register = self.register()
        owner = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=enterprise)
        form = register.form(members(request), enterprise=owner)
        row = actions.add(register.model, owner, _columns(form), by=request.user, now=timezone.now())
        return Response(said(register, row), status=status.HTTP_201_CREATED)


@extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
class EntryView(RegisterView):
    def get(self, request: Request, pk: int, **_which: str) -> Response:
        return Response(said(self.register(), get_object_or_404(self.rows(), pk=pk)))

    @once_api
    def patch(self, request: Request, pk: int, **_which: str) -> Response:
        """Change what is named; ``version`` says which version was looked at."""
        register = self.register()
        row = get_object_or_404(self.rows(), pk=pk)
        typed = members(request)
        version = typed.pop("version", row.version)
        if not isinstance(version, int):
            raise ValidationError({"version": "An integer."})
        kept = model_to_dict(row, list(register.form.base_fields))
        form = register.form({**kept, **typed}, instance=row)
        columns = _columns(form)
        fresh = get_object_or_404(self.rows(), pk=pk)
        return Response(
            said(register, actions.change(fresh, columns, version=version, by=request.user, now=timezone.now()))
        )


def said(register: Register[Any], row: Entry) -> dict[str, Any]:
    """One entry as JSON: its id and version, the fields of its form, and when it was put away."""
    columns: dict[str, Any] = {one.name: one.attname for one in row._meta.concrete_fields}
    fields = {name: getattr(row, columns.get(name, name)) for name in register.form.base_fields}
    return {"id": row.pk, "version": row.version, **fields, "retired_at": row.retired_at}


def members(request: Request) -> dict[str, Any]:
    """What was sent, by name.

    :raises ValidationError: it is no object.
    """
    if not isinstance(request.data, dict):
        raise ValidationError({"non_field_errors": ["An object, please."]})
    return dict(request.data)


def _columns(form: EntryForm) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError(problems(form))
    return form.columns
