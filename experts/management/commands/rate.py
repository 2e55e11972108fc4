"""``manage.py rate FILE.json [--json]``: the scores of the cases given in a file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from experts import evaluation
from portal import case_files


class Command(BaseCommand):
    help = "Reckon the scores of institutions from votes given in a JSON file; needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="JSON list of cases: id, as_of, board_mean, asked, answered, votes")
        parser.add_argument("--json", action="store_true", help="answer as a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = self._answers(Path(options["file"]))
        if options["json"]:
            self.stdout.write(json.dumps(answers, indent=1))
            return
        for answer in answers:
            self.stdout.write(f"{json.dumps(answer['id'])}: {_told(answer)}")

    def _answers(self, path: Path) -> list[dict[str, Any]]:
        try:
            return evaluation.answers(case_files.read(path))
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{path}: {error}") from error


def _told(answer: dict[str, Any]) -> str:
    """One answer in one line."""
    if answer["error"]:
        return f"error: {answer['error']}"
    rate = "nobody was asked" if answer["response_rate"] is None else f"{answer['response_rate']:.0%} responded"
    public = "public" if answer["public"] else "not public"
    return (
        f"{answer['shrunken_mean']:.4f} from {answer['n_counted']} votes ({answer['weight_sum']:.4f}), {rate}, {public}"
    )
