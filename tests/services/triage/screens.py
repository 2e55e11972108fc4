"""How tests of the desk open its screen and fill its form."""

from typing import Any

from django.test import Client

from portal.accounts.models import User
from services.cases.models import Case
from services.catalogue.models import ServiceItem

QUESTIONS = [
    {"key": "what", "label_zh": "名称", "label_en": "Name", "type": "text", "required": True},
    {"key": "count", "label_zh": "数量", "label_en": "Count", "type": "number", "unit_zh": "台", "unit_en": "pieces"},
    {"key": "until", "label_zh": "到期", "label_en": "Until", "type": "date", "required": True},
    {"key": "urgent", "label_zh": "加急", "label_en": "Expedited", "type": "bool"},
    {
        "key": "place",
        "label_zh": "地点",
        "label_en": "Place",
        "type": "choice",
        "choices": [{"key": "in", "label_zh": "送检", "label_en": "Sent in"}],
    },
    {
        "key": "uses",
        "label_zh": "用途",
        "label_en": "Uses",
        "type": "choice",
        "multiple": True,
        "choices": [
            {"key": "a", "label_zh": "甲", "label_en": "First use"},
            {"key": "b", "label_zh": "乙", "label_en": "Second use"},
        ],
    },
    {
        "key": "rows",
        "label_zh": "清单",
        "label_en": "List",
        "type": "table",
        "columns": [
            {"key": "name", "label_zh": "名称", "label_en": "Instrument", "type": "text"},
            {"key": "model", "label_zh": "型号", "label_en": "Model", "type": "text"},
        ],
    },
    {"key": "file", "label_zh": "文件", "label_en": "File", "type": "file"},
]


def client_of(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


def at(case: Case, *rest: str) -> str:
    return "/".join(["/triage", case.number, *rest, ""])


def body(client: Client, case: Case) -> str:
    answer = client.get(at(case))
    assert answer.status_code == 200
    return answer.content.decode()


def form(case: Case, *items: ServiceItem, **fields: Any) -> dict[str, Any]:
    """What the triage form sends for these items."""
    sent: dict[str, Any] = {"version": case.version, "urgency": "normal", "count_key": len(items)}
    for number, item in enumerate(items):
        sent |= {f"n{number}-item_code": item.pk, f"n{number}-urgency": "normal"}
    return {**sent, **{name.replace("__", "-"): value for name, value in fields.items()}}
