"""All rows of all models, as values: what an attack must leave exactly as it was."""

from typing import Any

from django.apps import apps
from django.db.models import Model

PACKAGES = ("portal", "enterprises", "experts", "services")
TRACES = {
    "audit.auditentry",  # that somebody tried may be recorded
    "accounts.attempt",  # and counted
    "accounts.session",
    "idempotency.idempotencykey",
    "triage.presence",
    "intake.draft",  # what was typed is kept for whoever typed it
}
"""What a refused request may leave behind."""

Rows = dict[str, list[tuple[Any, ...]]]


def rows() -> Rows:
    return {model._meta.label_lower: _of(model) for model in _models()}


def changed(before: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """By model, the rows that came, went or became others since `before`."""
    after = rows()
    found = {}
    for label, now in after.items():
        old = before[label]
        if different := [row for row in now if row not in old] + [row for row in old if row not in now]:
            found[label] = different
    return found


def _models() -> list[type[Model]]:
    ours = [model for model in apps.get_models() if model.__module__.startswith(PACKAGES)]
    labels = {model._meta.label_lower for model in ours}
    assert labels >= TRACES, TRACES - labels
    return [model for model in ours if model._meta.label_lower not in TRACES]


def _of(model: type[Model]) -> list[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields]
    return [tuple(str(value) for value in row) for row in model._default_manager.order_by("pk").values_list(*names)]
