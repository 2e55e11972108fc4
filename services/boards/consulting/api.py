"""The improvement plan for programs; the three registers have theirs from the declaration."""

from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Allows
from services.boards.consulting import contents, people
from services.boards.consulting.models import Diagnosis, Finding, PlanAction

SEES = Allows(*people.SEES)


@extend_schema(request=None, responses=OpenApiTypes.OBJECT)
class PlanView(GenericAPIView):
    """Findings by step of the process, and actions with what is expected of them and what they have brought in."""

    permission_classes = [SEES]

    def get(self, request: Request, pk: int) -> Response:
        plan: Diagnosis = get_object_or_404(Diagnosis.objects.visible_to(request.user), pk=pk)
        held = contents.of(plan, today=timezone.localdate())
        found = [one for _stage, those in held["stages"] for one in those]
        return Response(
            {
                "id": plan.pk,
                "title": plan.title,
                "visited_on": plan.visited_on,
                "state": plan.state,
                "findings": [_finding(one) for one in found],
                "actions": [_action(one) for one in held["actions"]],
            }
        )


def _finding(row: Finding) -> dict[str, Any]:
    return {"id": row.pk, "stage": row.stage, "severity": row.severity, "text": row.text}


def _action(row: PlanAction) -> dict[str, Any]:
    """Expected and realised are members of their own, and the realised has its evidence with it."""
    said = ("text", "owner", "due_on", "state", "dropped_why")
    return {
        "id": row.pk,
        "finding": row.finding_id,
        **{name: getattr(row, name) for name in said},
        "cost_cny": _cny(row.cost_cny),
        "expected_cny": _cny(row.expected_cny),
        "realised": [
            {"year": it.year, "amount_cny": _cny(it.amount_cny), "evidence": it.level} for it in row.benefits.all()
        ],
    }


def _cny(amount: Decimal | None) -> str | None:
    """As text, to the fen: numbers of JSON are not exact."""
    return None if amount is None else f"{amount:.2f}"
