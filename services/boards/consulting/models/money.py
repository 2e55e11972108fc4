"""Amounts in CNY, to the fen."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models


def money(name: Any) -> "models.DecimalField[Any, Any]":
    """A column that may be empty and is never negative."""
    return models.DecimalField(
        name, max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
