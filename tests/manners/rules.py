"""What is not written in this code base, each rule with the reason; every one of them once cost somebody dearly."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from scripts.messages import translators
from tests.manners.tree import Module

Rule = Callable[[Module], Iterator[int]]

TENANTS = frozenset(
    [
        *("Case", "Need", "Referral", "CaseEvent", "CaseDocument", "Result", "InformationRequest"),
        *(
            "FollowUp",
            "SurveyAnswer",
            "Rectification",
            "Appeal",
            "MatchRecord",
            "Notice",
            "Enterprise",
            "Membership",
            "SavedView",
            "Decision",
        ),
    ]
)
"""Rows that belong to somebody."""
SCOPES = frozenset({"visible_to", "listed_to", "of", "none"})
DOORS = re.compile(r"(^|/)(views|api|forms|serializers|filters)(/\w+)?\.py$")
SECRETS = re.compile(r"token|code|secret|password|digest|nonce|key(?!word)")


def calls(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Each call with the last part of what is called."""
    for node in module.nodes:
        if isinstance(node, ast.Call):
            called = node.func
            yield node, called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def publishing_past_the_outbox(module: Module) -> Iterator[int]:
    """What is owed stands in PostgreSQL; only the outbox publishes."""
    if not module.name.startswith("portal/outbox/"):
        for node, name in calls(module):
            if name in {"delay", "apply_async", "send_task"}:
                yield node.lineno


def timers(module: Module) -> Iterator[int]:
    """Due times are columns: a broker forgets, and redelivers what waits too long."""
    for node, _name in calls(module):
        if any(keyword.arg in {"eta", "countdown"} for keyword in node.keywords):
            yield node.lineno


def unescaped_text(module: Module) -> Iterator[int]:
    for node in module.nodes:
        if isinstance(node, ast.Name | ast.Attribute) and _last(node) in {"mark_safe", "SafeText"}:
            yield node.lineno


def whole_models_in_forms(module: Module) -> Iterator[int]:
    """A field added later would be open to everybody who may send the form."""
    for node in module.nodes:
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for line in node.body:
                names = [_last(target) for target in line.targets] if isinstance(line, ast.Assign) else []
                if "fields" in names and isinstance(line.value, ast.Constant) and line.value.value == "__all__":
                    yield line.lineno
                if "exclude" in names and DOORS.search(module.name):
                    yield line.lineno


def raw_sql_through_the_orm(module: Module) -> Iterator[int]:
    for node, name in calls(module):
        if name == "RawSQL" or (name in {"raw", "extra"} and isinstance(node.func, ast.Attribute)):
            yield node.lineno


def sql_put_together_from_text(module: Module) -> Iterator[int]:
    """Values go to the driver as parameters."""
    for node, name in calls(module):
        first = node.args[0] if node.args else None
        if name in {"execute", "executemany"} and isinstance(first, ast.JoinedStr | ast.BinOp):
            yield node.lineno


def row_by_row(module: Module) -> Iterator[int]:
    for node, name in calls(module):
        if name == "executemany":
            yield node.lineno


def silenced_history(module: Module) -> Iterator[int]:
    """It lets rows that may only be added be changed, and leaves no trace of other changes."""
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "ignore" and _last(node.value) == "pgtrigger":
            yield node.lineno


def clocks_without_a_zone(module: Module) -> Iterator[int]:
    for node, name in calls(module):
        naive = name in {"utcnow", "utcfromtimestamp"} or (name == "now" and not node.args and not node.keywords)
        if naive and _last(getattr(node.func, "value", None)) == "datetime":
            yield node.lineno


def days_in_london(module: Module) -> Iterator[int]:
    """What is now is kept in UTC, where the day begins eight hours later: ``timezone.localdate(now)``."""
    for node, name in calls(module):
        if name == "date" and not node.args and _last(getattr(node.func, "value", None)) == "now":
            yield node.lineno


def secrets_from_uuids(module: Module) -> Iterator[int]:
    """What nobody may guess comes from ``secrets``."""
    for statement in module.nodes:
        if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.keyword) or statement.value is None:
            continue
        made = any(_last(node.func) in {"uuid1", "uuid4"} for node in _of(ast.walk(statement.value), ast.Call))
        if made and SECRETS.search(ast.unparse(statement).split("=")[0].lower()):
            yield statement.value.lineno


def swallowed_errors(module: Module) -> Iterator[int]:
    for node in module.nodes:
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if {_last(one) for one in caught} & {"", "Exception", "BaseException"}:
            alone = node.body[0] if len(node.body) == 1 else None
            if isinstance(alone, ast.Pass | ast.Return | ast.Continue):
                yield node.lineno


def unscoped_rows(module: Module) -> Iterator[int]:
    """Doors reach rows of tenants by ``visible_to`` and in no other way, but for the children of rows so reached."""
    if not DOORS.search(module.name):
        return
    scoped = {id(node.value) for node in _of(module.nodes, ast.Attribute) if node.attr in SCOPES}
    scoped |= {id(part) for call in _of(module.nodes, ast.Call) if _of_a_parent(call) for part in ast.walk(call)}
    for node in _of(module.nodes, ast.Attribute):
        managed = node.attr in {"objects", "_default_manager", "_base_manager"} and _last(node.value) in TENANTS
        if managed and id(node) not in scoped:
            yield node.lineno
    for call, name in calls(module):
        if name.startswith("get_") and name.endswith("_or_404") and call.args and _last(call.args[0]) in TENANTS:
            yield call.lineno


def requests_to_elsewhere(module: Module) -> Iterator[int]:
    """The portal calls nobody; whoever needs it writes one client with time limits and checked addresses first."""
    for node in module.nodes:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(re.match(r"(requests|httpx|aiohttp|urllib3|urllib\.request|http\.client)\b", name) for name in names):
            yield node.lineno


def settings_that_outlive_the_request(module: Module) -> Iterator[int]:
    """Connections are kept: a session-level setting would reach the next person's request."""
    for node, name in calls(module):
        first = node.args[0] if node.args else None
        text = str(first.value) if isinstance(first, ast.Constant) else ""
        if name == "execute" and re.match(r"\s*SET\s+(?!LOCAL\b|CONSTRAINTS\b)", text, re.IGNORECASE):
            yield node.lineno


def words_translated_too_early(module: Module) -> Iterator[int]:
    """At import nobody's language is known: what is said then must be lazy."""
    names = translators(module.tree)
    waiting: list[ast.AST] = list(ast.iter_child_nodes(module.tree))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and names.get(_last(node.func), "") in {"gettext", "ngettext", "pgettext"}:
            yield node.lineno
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _says(node.left, names):
            yield node.lineno  # a lazy sentence that is filled in is lazy no more
        waiting += ast.iter_child_nodes(node)


def _says(node: ast.AST, names: dict[str, str]) -> bool:
    return isinstance(node, ast.Call) and _last(node.func) in names


def imports_inside(module: Module) -> Iterator[int]:
    for function in module.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno


def signals(module: Module) -> Iterator[int]:
    """What happens on a write is written in its action."""
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom) and node.module in {"django.db.models.signals", "django.dispatch"}:
            yield node.lineno


def unhinted_functions(module: Module) -> Iterator[int]:
    for function in module.functions():
        named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        bare = [one for one in named if one.annotation is None and one.arg not in {"self", "cls"}]
        if function.returns is None or bare:
            yield function.lineno


def promises_to_do_it_later(module: Module) -> Iterator[int]:
    for number, line in enumerate(module.source.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            yield number


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        publishing_past_the_outbox,
        timers,
        unescaped_text,
        whole_models_in_forms,
        raw_sql_through_the_orm,
        sql_put_together_from_text,
        row_by_row,
        silenced_history,
        clocks_without_a_zone,
        days_in_london,
        secrets_from_uuids,
        swallowed_errors,
        unscoped_rows,
        requests_to_elsewhere,
        settings_that_outlive_the_request,
        words_translated_too_early,
        imports_inside,
        signals,
        unhinted_functions,
        promises_to_do_it_later,
    )
}


def _of_a_parent(call: ast.Call) -> bool:
    """``Prefetch(…)``, or a subquery bound to the row around it."""
    bound = [keyword.value for keyword in call.keywords if isinstance(keyword.value, ast.Call)]
    return _last(call.func) == "Prefetch" or any(_last(value.func) == "OuterRef" for value in bound)


def _last(node: ast.AST | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _of(nodes: Iterable[ast.AST], kind: type) -> Iterator:  # type: ignore[type-arg]
    return (node for node in nodes if isinstance(node, kind))
