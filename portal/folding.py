"""Templates in which whatever never changes is put together once for each language: words, icons, files, addresses
without a value. A page has some hundred of these, and each would be looked up again for every reader. What
changes gets a quicker node where there is one (``portal.nodes``).

What is told by literals alone never changes. A tag of our own is among them when it does not take the context and its
function is in ``ALWAYS_THE_SAME``; whoever adds one there says that it answers the same until the process ends.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any
from weakref import WeakSet

from django.template import Engine
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Template,
    TextNode,
    TokenType,
    Variable,
)
from django.template.context import Context
from django.template.defaulttags import IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation.trans_real import get_language

from portal.nodes import quick
from portal.templatetags.look import icon

ALWAYS_THE_SAME = frozenset({icon})


class Loader(cached.Loader):
    """Django's loader that keeps what it has read, folded."""

    def __init__(self, engine: Engine, loaders: Sequence[Any]) -> None:
        super().__init__(engine, loaders)
        self.folded: WeakSet[Template] = WeakSet()

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template: Template = super().get_template(template_name, skip)
        if template not in self.folded:
            fold(template.nodelist)
            self.folded.add(template)
        return template


def fold(nodes: NodeList) -> None:
    """Neighbours that never change become one node, here and in whatever is nested."""
    for node in nodes:
        for nested in _nested(node):
            fold(nested)
    runs = [(same, list(run)) for same, run in groupby(nodes, never_changes)]
    nodes[:] = [quick(node) for same, run in runs for node in ([Folded(run)] if same and len(run) > 1 else run)]


class Folded(Node):
    """Neighbours that never change, kept as text for each language and way of escaping."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.told: dict[tuple[str | None, bool], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = context.get("LANGUAGE_CODE") or get_language()  # a page has said which, a letter has not
        key = (language, context.autoescape)
        if key not in self.told:
            self.told[key] = SafeString("".join(str(node.render_annotated(context)) for node in self.nodes))
        return self.told[key]


def never_changes(node: Node) -> bool:
    told = NEVER_CHANGES.get(type(node))
    return told is not None and told(node)


def _nested(node: Node) -> Iterable[NodeList]:
    if isinstance(node, IfNode):  # its "nodelist" is made anew for each who asks
        return [nodes for _condition, nodes in node.conditions_nodelists]
    return [nodes for name in node.child_nodelists if (nodes := getattr(node, name, None))]


def _words(node: Any) -> bool:
    return not node.asvar and not node.message_context and _literal(node.filter_expression)


def _sentence(node: Any) -> bool:
    parts = (node.extra_context, node.countervar, node.message_context, node.asvar)
    return not any(parts) and all(token.token_type == TokenType.TEXT for token in node.singular)


def _address(node: Any) -> bool:
    return not (node.args or node.kwargs or node.asvar) and _literal(node.view_name)


def _file(node: Any) -> bool:
    return node.varname is None and _literal(node.path)


def _tag(node: Any) -> bool:
    told = (*node.args, *node.kwargs.values())
    return node.func in ALWAYS_THE_SAME and node.target_var is None and all(_literal(one) for one in told)


def _literal(said: FilterExpression) -> bool:
    return not said.filters and (not isinstance(said.var, Variable) or said.var.lookups is None)


def _always(_node: Any) -> bool:
    return True


NEVER_CHANGES: dict[type[Node], Callable[[Any], bool]] = {
    TextNode: _always,
    LoadNode: _always,
    TranslateNode: _words,
    BlockTranslateNode: _sentence,
    URLNode: _address,
    StaticNode: _file,
    SimpleNode: _tag,
}
