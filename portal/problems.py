"""A refusal as RFC 9457 writes it (problem details)."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import JsonResponse

from portal.refusals import Refusal

MEDIA_TYPE = "application/problem+json"
API_PREFIX = "/api/"
RESERVED = frozenset({"type", "title", "status", "detail", "instance", "errors"})


def is_api(path: str) -> bool:
    """Whether whoever asked for `path` is a program, which reads problems and not pages."""
    return path.startswith(API_PREFIX)


def document(
    refusal: Refusal, instance: str, *, errors: dict[str, list[str]] | None = None, named: str = ""
) -> dict[str, Any]:
    """The members of a problem; facts of the refusal are members of their own."""
    body: dict[str, Any] = {
        "type": f"urn:portal:{named or refusal.kind}",
        "title": str(refusal.title),
        "status": refusal.status,
        "detail": str(refusal.detail),
        "instance": instance,
    }
    if errors:
        body["errors"] = errors
    return body | {name: value for name, value in refusal.extra.items() if name not in RESERVED}


def response(refusal: Refusal, instance: str) -> JsonResponse:
    """The problem as an answer outside of the API's own views."""
    return JsonResponse(
        document(refusal, instance),
        status=refusal.status,
        content_type=MEDIA_TYPE,
        encoder=DjangoJSONEncoder,
        json_dumps_params={"ensure_ascii": False},
        headers=retry_header(refusal),
    )


def retry_header(refusal: Refusal) -> dict[str, str]:
    return {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
