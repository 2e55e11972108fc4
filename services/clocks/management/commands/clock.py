"""``manage.py clock FILE.json [--json]``: due instants and elapsed minutes for calendars and cases given in a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import case_files
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
            self.stdout.write(json.dumps(answers, indent=1))
            return
        for answer in answers:
            line = f"{answer['id']}: {_told(answer)}"
            self.stdout.write(line.encode("utf-8", "backslashreplace").decode())

    def _answers(self, path: Path) -> list[dict[str, Any]]:
        try:
            return evaluation.answers(case_files.read(path))
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{path}: {error}") from error


def _told(answer: dict[str, Any]) -> str:
    """One answer in one line."""
    if answer["error"]:
        return f"error: {answer['error']}"
    elapsed = ", ".join(map(str, answer["elapsed"]))
    return f"due {answer['due']}" + (f"; elapsed {elapsed}" if elapsed else "")
