"""The word lists the engine is made of. All are data files that can be edited without touching Python."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.triage.suggestion.results import Example

DATA = Path(__file__).resolve().parent.parent / "data"
OUT = "OUT"


@dataclass(frozen=True, slots=True)
class Sources:
    concepts: dict[str, list[str]]
    products: frozenset[str]
    cues: list[dict[str, Any]]
    sayings: dict[str, list[str]]
    doors: dict[str, dict[str, str]]
    out_cues: list[dict[str, Any]]
    out_sayings: dict[str, list[str]]
    urgency: list[dict[str, Any]]
    characters: dict[str, str]
    typos: dict[str, str]


def read_json(name: str, folder: Path = DATA) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def read() -> Sources:
    out = read_json("out_of_scope.json")
    spelling = read_json("spelling.json")
    concepts = read_json("concepts.json")
    return Sources(
        concepts=concepts["concepts"],
        products=frozenset(f"@{name}" for name in concepts["products"]),
        cues=read_json("cues.json"),
        sayings=read_json("sayings.json"),
        doors=out["doors"],
        out_cues=out["cues"],
        out_sayings=out["sayings"],
        urgency=read_json("urgency.json"),
        characters=dict(zip(spelling["traditional"], spelling["simplified"], strict=True)),
        typos=spelling["typos"],
    )


def examples(name: str = "development.json") -> list[Example]:
    """Labelled texts of the project in the format of `evaluate_triage`."""
    return [
        Example(
            text=row["text"],
            boards=tuple(row["boards"]),
            items=tuple(row["items"]),
            urgency=row["urgency"],
            door=row.get("door", ""),
        )
        for row in read_json(name)
    ]
