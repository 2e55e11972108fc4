"""``manage.py clock FILE.json [--json]``: due instants and elapsed minutes for calendars and cases given in a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.clocks import evaluation


class Command(BaseCommand):
    help = "Evaluate working-time cases against calendars given in a JSON file; needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="JSON with working_day_minutes, calendars and cases")
        parser.add_argument("--json", action="store_true", help="answer as a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = self._answers(Path(options["file"]))
        if options["json"]:
            self.stdout.write(json.dumps(answers, ensure_ascii=False, indent=1, default=str))
            return
        for answer in answers:
            self.stdout.write(f"{answer['id']}: {_told(answer)}")

    def _answers(self, path: Path) -> list[dict[str, Any]]:
        try:
            return evaluation.answers(json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{path}: {error}") from error


def _told(answer: dict[str, Any]) -> str:
    """One answer in one line."""
    if answer["error"]:
        return f"error: {answer['error']}"
    elapsed = ", ".join(map(str, answer["elapsed"]))
    return f"due {answer['due']}" + (f"; elapsed {elapsed}" if elapsed else "")
