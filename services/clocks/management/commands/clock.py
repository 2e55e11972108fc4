"""``manage.py clock FILE.json [--json]``: due instants and elapsed minutes for calendars and cases given in a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from services.clocks import evaluation
from services.clocks.faults import ClockFault


class Command(BaseCommand):
    help = "Evaluate working-time cases against calendars given in a JSON file; needs no database."
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="JSON with working_day_minutes, calendars and cases")
        parser.add_argument("--json", action="store_true", help="answer as a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = self._answers(Path(options["file"]))
        if options["json"]:
            self.stdout.write(json.dumps(answers, ensure_ascii=False, indent=1, default=str))
            return
        for answer in answers:
            elapsed = ", ".join(str(minutes) for minutes in answer["elapsed"])
            told = f"error: {answer['error']}" if answer["error"] else f"due {answer['due']}"
            self.stdout.write(
                f"{answer['id']}: {told}" + (f"; elapsed {elapsed}" if elapsed and not answer["error"] else "")
            )

    def _answers(self, path: Path) -> list[dict[str, Any]]:
        try:
            return evaluation.answers(json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{path}: {error}") from error
        except ClockFault as fault:
            raise CommandError(f"{path}: {fault}") from fault
