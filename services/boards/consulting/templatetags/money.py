"""``{% load money %}``: amounts as people write them."""

from decimal import Decimal

from django.template import Library

register = Library()


@register.filter
def cny(amount: Decimal | None) -> str:
    """12,345.60; nothing for nothing."""
    return "" if amount is None else f"{amount:,.2f}"
