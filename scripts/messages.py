"""What people read, gathered from the code and the templates into the catalogue of translations.

``python scripts/messages.py`` refreshes ``locale/zh_Hans/LC_MESSAGES/django.po``: what is new gets an empty line to
be filled, what nobody says any more goes, what is translated stays. ``--fill FILE.json …`` also takes translations
from files of ``{"English": "Chinese"}`` where there are none yet.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

import polib
from django.utils.translation import template as django_templates

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PACKAGES = ("portal", "enterprises", "experts", "services")
HEADER = {
    "Project-Id-Version": "nqi-portal",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
# Which arguments of each function are the context, the message and its plural.
ARGUMENTS = MappingProxyType(
    {
        "gettext": (None, 0, None),
        "gettext_lazy": (None, 0, None),
        "gettext_noop": (None, 0, None),
        "_": (None, 0, None),
        "ngettext": (None, 0, 1),
        "ngettext_lazy": (None, 0, 1),
        "pgettext": (0, 1, None),
        "pgettext_lazy": (0, 1, None),
        "npgettext": (0, 1, 2),
        "npgettext_lazy": (0, 1, 2),
    }
)
LITERAL = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TEMPLATE_CALL = re.compile(rf"\b(_|n?p?gettext)\(({LITERAL}(?:,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|\{(\w*)\}")


@dataclass(frozen=True)
class Message:
    """One thing said, as gettext looks it up."""

    text: str
    plural: str = ""
    context: str = ""

    @classmethod
    def of(cls, function: str, texts: list[str]) -> Self:
        context, text, plural = ARGUMENTS[function]
        return cls(
            text=texts[text],
            plural=texts[plural] if plural is not None else "",
            context=texts[context] if context is not None else "",
        )

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def said(root: Path = ROOT) -> dict[Message, list[str]]:
    """Every message in the code and the templates under `root`, with the files that say it."""
    found: dict[Message, set[str]] = {}
    for path in source_files(root):
        text = path.read_text(encoding="utf-8")
        messages = in_python(text) if path.suffix == ".py" else in_template(text)
        for message in messages:
            found.setdefault(message, set()).add(path.relative_to(root).as_posix())
    return {message: sorted(places) for message, places in found.items()}


def source_files(root: Path = ROOT) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted(path for path in (root / package).rglob("*.py") if "migrations" not in path.parts)
    for suffix in ("html", "txt"):
        yield from sorted((root / "templates").rglob(f"*.{suffix}"))


def in_python(source: str) -> Iterator[Message]:
    """Calls of Django's translation functions, under whatever name they were imported, with literal texts."""
    tree = ast.parse(source)
    names = translators(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        function = names.get(called)
        if function:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if texts:
                yield Message.of(function, texts)


def translators(tree: ast.Module) -> dict[str, str]:
    """The names by which a module calls the translation functions."""
    names = {"gettext": "gettext", "ngettext": "ngettext", "pgettext": "pgettext"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {one.asname or one.name: one.name for one in node.names if one.name in ARGUMENTS}
    return names


def in_template(source: str) -> Iterator[Message]:
    for function, arguments in TEMPLATE_CALL.findall(django_templates.templatize(source)):
        texts = [ast.literal_eval(one) for one in re.findall(LITERAL, arguments)]
        yield Message.of(function, texts)


def placeholders(text: str) -> set[str]:
    """The names in a text that are replaced by values."""
    return {match[1] or f"{{{match[2]}}}" for match in PLACEHOLDER.finditer(text) if match[0] != "%%"}


def refresh(path: Path, messages: dict[Message, list[str]], filled: dict[str, str]) -> polib.POFile:
    """The catalogue at `path`, holding exactly `messages`, with what was translated and what `filled` adds."""
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in read(path)} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = dict(HEADER)
    for message in sorted(messages, key=lambda one: (one.text, one.context)):
        before = known.get(message.key)
        translation = written(before) if before else ""
        translation = translation or filled.get(message.text, "") or filled.get(message.plural, "")
        catalogue.append(_entry(message, translation, messages[message]))
    return catalogue


def read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), encoding="utf-8")


def written(entry: polib.POEntry) -> str:
    """The translation of an entry; Chinese has one form for every number."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def _entry(message: Message, translation: str, places: list[str]) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.text,
        msgctxt=message.context or None,
        occurrences=[(place, "") for place in places],
        flags=["python-format"] if "%(" in message.text else [],
    )
    if message.plural:
        entry.msgid_plural, entry.msgstr_plural = message.plural, {0: translation}
    else:
        entry.msgstr = translation
    return entry


def main(arguments: Iterable[str] | None = None) -> int:
    """0 when every message has its translation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fill", nargs="*", type=Path, default=[], metavar="FILE.json")
    options = parser.parse_args(arguments)
    filled: dict[str, str] = {}
    for file in options.fill:
        filled |= json.loads(file.read_text(encoding="utf-8"))
    catalogue = refresh(CATALOGUE, said(), filled)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    missing = [entry.msgid for entry in catalogue if not written(entry)]
    print(f"{len(catalogue)} messages, {len(missing)} without a translation")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
