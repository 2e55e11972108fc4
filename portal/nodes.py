"""Nodes that say what Django's say, without asking first for what hardly ever is. ``portal.folding`` puts them in their
place when a template is read.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal
from html import escape
from typing import Any

from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.template.base import Node, VariableNode, render_value_in_context
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode, URLNode
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

PLAIN = re.compile(r"[A-Za-z0-9_-]*[A-Za-z_-][A-Za-z0-9_-]*", re.ASCII)
TEXT = (str, SafeString)
LOCALIZED = (date, time, int, float, Decimal)
SAMPLES: dict[type, str] = {int: "90817263540{}", str: "sample-{}-of-a-word"}


class Said(VariableNode):
    """A value. What a language writes in its own way is left to Django, but for whole numbers, whose digits are not
    grouped here; everything else is its text, escaped unless it says that it is safe.
    """

    def __init__(self, node: VariableNode) -> None:
        super().__init__(node.filter_expression)

    def render(self, context: Context) -> str:
        value = self.filter_expression.resolve(context)
        if isinstance(value, LOCALIZED) and type(value) is not int:
            return render_value_in_context(value, context)
        text = value if type(value) in TEXT else str(value)
        return escape(text) if context.autoescape and type(text) is not SafeString else text


class FormToken(CsrfTokenNode):
    """The hidden field against forged forms, whose token needs no escaping."""

    def __init__(self, _node: CsrfTokenNode) -> None:
        super().__init__()

    def render(self, context: Context) -> str:
        token = str(context.get("csrf_token") or "")
        if not (token.isalnum() and len(token) == CSRF_TOKEN_LENGTH):
            return super().render(context)
        return f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'


class Address(URLNode):
    """An address with values. Whole numbers and plain words stand in it as they are, so that Django is asked once for
    each kind of values; what takes a number or a word takes each of them, which a test holds our addresses to.
    """

    def __init__(self, node: URLNode) -> None:
        super().__init__(node.view_name, node.args, node.kwargs, node.asvar)
        self.values = (*node.args, *node.kwargs.values())
        self.moulds: dict[tuple[str, tuple[type, ...]], str | None] = {}

    def render(self, context: Context) -> str:
        values = [value.resolve(context) for value in self.values]
        name, kinds = self.view_name.resolve(context), tuple([kind_of(value) for value in values])
        if (name, kinds) not in self.moulds:
            self.moulds[name, kinds] = self._mould(name, kinds)
        mould = self.moulds[name, kinds]
        if mould is None:
            return super().render(context)
        if not self.asvar:
            return mould.format(*values)
        context[self.asvar] = mould.format(*values)
        return ""

    def _mould(self, name: str, kinds: Sequence[type]) -> str | None:
        """The address with a place for each value; None where Django has to look each time, or to refuse."""
        if not all(kind in SAMPLES for kind in kinds):
            return None
        samples = [SAMPLES[kind].format(place) for place, kind in enumerate(kinds)]
        args, named = samples[: len(self.args)], samples[len(self.args) :]
        try:
            address = reverse(name, args=args, kwargs=dict(zip(self.kwargs, named, strict=True)))
        except NoReverseMatch:
            return None
        for place, sample in enumerate(samples):
            address = address.replace(sample, f"{{{place}}}")
        return address if escape(address) == address else None


def kind_of(value: Any) -> type:
    """int: from 0 on; str: a word of letters, digits and hyphens, not of digits alone; object: anything else."""
    kind = type(value)
    if kind is int:
        return int if value >= 0 else object
    return str if kind is str and PLAIN.fullmatch(value) else object


QUICK: dict[type[Node], Callable[[Any], Node]] = {VariableNode: Said, CsrfTokenNode: FormToken, URLNode: Address}


def quick(node: Node) -> Node:
    """The same node, or the one that stands for it."""
    made = QUICK.get(type(node))
    if made is None:
        return node
    said = made(node)
    said.token, said.origin = node.token, node.origin
    return said
