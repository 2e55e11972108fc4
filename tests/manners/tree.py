"""The code base as these tests read it: its modules, its templates, its assets."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("portal", "enterprises", "experts", "services")
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


@dataclass(frozen=True)
class Module:
    name: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of the tree, walked once: a dozen rules look at each."""
        return tuple(ast.walk(self.tree))

    @property
    def lines(self) -> int:
        return self.source.count("\n")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def read(path: Path) -> Module:
    return Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def modules(*folders: str) -> list[Module]:
    """Everything but migrations, which Django writes."""
    paths = [path for folder in folders or PACKAGES for path in sorted((ROOT / folder).rglob("*.py"))]
    return [read(path) for path in paths if "migrations" not in path.parts]


@cache
def templates() -> dict[str, str]:
    """The text of each by the name under which it is used."""
    paths = [path for path in sorted(TEMPLATES.rglob("*")) if path.is_file()]
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@cache
def pages() -> dict[str, str]:
    return {name: text for name, text in templates().items() if name.endswith(".html")}
