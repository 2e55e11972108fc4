"""The suggester over the project's own catalogue, built once for all tests that only ask it."""

import json
from functools import lru_cache
from pathlib import Path

from services.triage.suggestion import sources
from services.triage.suggestion.engine import Suggester
from services.triage.suggestion.results import ItemRow

CATALOGUE = Path(__file__).parents[3] / "services" / "catalogue" / "fixtures" / "service_catalogue.json"
BOARDS = ("SM", "CA", "TI", "IP", "MC", "LS")


@lru_cache(maxsize=1)
def item_rows() -> tuple[ItemRow, ...]:
    return tuple(
        ItemRow(
            code=row["code"],
            board=row["board"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            summary_zh=row["summary_zh"],
            summary_en=row["summary_en"],
            keywords_zh=tuple(row["keywords"]["zh"]),
            keywords_en=tuple(row["keywords"]["en"]),
            questions=tuple(row["intake_questions"]),
            deadline_question=row["deadline_question"],
        )
        for row in json.loads(CATALOGUE.read_text(encoding="utf-8"))
    )


@lru_cache(maxsize=1)
def suggester() -> Suggester:
    return Suggester.build(item_rows(), BOARDS, sources.examples())
