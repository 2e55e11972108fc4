"""What every operation of the API has in common, added to its description: the key of a POST and the problem answer."""

from typing import Any

from portal.idempotency.names import HEADER
from portal.problems import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal as RFC 9457 says it. `errors` names the fields that cannot be accepted.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
    "required": ["type", "title", "status"],
    "example": {
        "type": "urn:portal:invalid",
        "title": "That cannot be accepted",
        "status": 400,
        "detail": "Some of what you sent cannot be accepted; see errors.",
        "instance": "/api/v1/cases/",
        "errors": {"contact": ["Enter a phone number or an e-mail address."]},
    },
}
KEY: dict[str, Any] = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "description": "A name of your own for this request, the same when you repeat it: the first answer comes back, and "
    "nothing happens twice.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 200},
    "example": "order-system-2026-00042",
}
REFUSED: dict[str, Any] = {
    "description": "Refused, with the reason",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def common_parts(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular over the finished document."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for methods in result["paths"].values():
        for method, operation in methods.items():
            operation["responses"].setdefault("default", REFUSED)
            if method == "post":
                operation.setdefault("parameters", []).append(KEY)
    return result
