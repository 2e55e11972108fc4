"""How the pages find their rows: what a person may not see is not found."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from enterprises.models import Enterprise
from portal import words
from portal.refusals import Forbidden
from services.boards.board import Link, registered
from services.boards.consulting import people
from services.boards.consulting.models import Diagnosis, Finding, PlanAction, PlanStep
from services.boards.register import Register
from services.catalogue.models import Board


def diagnosis(request: HttpRequest, pk: int) -> Diagnosis:
    rows = Diagnosis.objects.visible_to(request.user).select_related("enterprise", "paper", "referral__case")
    found: Diagnosis = get_object_or_404(rows, pk=pk)
    return found


def writable(request: HttpRequest, found: Diagnosis) -> Diagnosis:
    """:raises Forbidden: they see it and may not write; a closed plan is refused by the action, with its reason."""
    if not found.is_closed and not found.retired_at and not people.may_write(request.user, found):
        raise Forbidden
    return found


def finding(request: HttpRequest, pk: int) -> Finding:
    rows = Finding.objects.visible_to(request.user).select_related("diagnosis__enterprise")
    return get_object_or_404(rows, pk=pk)


def action(request: HttpRequest, pk: int) -> PlanAction:
    rows = PlanAction.objects.visible_to(request.user).select_related(
        "diagnosis__enterprise", "finding", "recheck", "done_by", "checked_by"
    )
    return get_object_or_404(rows, pk=pk)


def steps(found: Diagnosis, of: PlanAction | None = None) -> "QuerySet[PlanStep]":
    rows = PlanStep.objects.filter(diagnosis=found).select_related("action", "by").order_by("-pk")
    return rows.filter(action=of) if of else rows


def around(enterprise: Enterprise, here: Register[Any] | Link) -> dict[str, Any]:
    """The head that the registers have too: where one is, and what else the board keeps."""
    app = registered()["consulting"]
    board = Board.objects.filter(slug=app.slug).first()
    return {"enterprise": enterprise, "board": board, "tabs": app.tabs(enterprise, here)}


def version(request: HttpRequest) -> int | None:
    """Of the row that the person was looking at."""
    return words.whole(request.POST.get("version"))
