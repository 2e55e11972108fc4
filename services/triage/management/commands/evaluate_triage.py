"""`evaluate_triage FILE.json [--json]`: run the suggestion on a labelled list and print the figures."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.triage.suggestion import evaluation, loading, sources
from services.triage.suggestion.engine import Suggester
from services.triage.suggestion.results import Example

LABELS = {
    "n": "texts",
    "board_top1": "board top-1",
    "board_top2": "board top-2",
    "item_hit5": "item hit@5",
    "out_precision": "out-of-scope precision",
    "out_recall": "out-of-scope recall",
    "urgency_accuracy": "urgency accuracy",
    "ms_per_text": "milliseconds per text",
}


class Command(BaseCommand):
    help = "Run the triage suggestion on labelled texts and print how often it is right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="a JSON list of {id, text, boards, items, urgency}")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object, nothing else")
        parser.add_argument("--misses", action="store_true", help="also list the texts where the suggestion was wrong")
        parser.add_argument(
            "--cross-validate",
            action="store_true",
            help="five folds over the list (by default the project's development set): what is tested was not learnt",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = self.read(options["file"], needed=not options["cross_validate"])
        if options["cross_validate"]:
            outcomes, milliseconds = evaluation.cross_validate(rows, self.build)
        else:
            outcomes, milliseconds = evaluation.run(self.build(sources.examples()), rows)
        found = evaluation.figures(outcomes, milliseconds)
        if options["as_json"]:
            self.stdout.write(json.dumps(found))
            return
        for key, label in LABELS.items():
            value = "–" if found[key] is None else found[key]
            self.stdout.write(f"{label:24} {value}")
        if options["misses"]:
            self.list_misses(outcomes)

    def read(self, file: str | None, *, needed: bool) -> list[dict[str, Any]]:
        if file is None and needed:
            raise CommandError("Name a file with labelled texts.")
        path = Path(file) if file else sources.DATA / "development.json"
        try:
            return evaluation.check(json.loads(path.read_text(encoding="utf-8-sig")))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not UTF-8.") from error
        except json.JSONDecodeError as error:
            raise CommandError(f"{path} is not JSON: {error.msg} in line {error.lineno}.") from error
        except evaluation.BadList as error:
            raise CommandError(f"{path}: {error}") from error

    def build(self, examples: list[Example]) -> Suggester:
        rows = loading.item_rows()
        if not rows:
            raise CommandError("The catalogue holds no service item: load the catalogue first.")
        return Suggester.build(rows, loading.board_codes(), examples)

    def list_misses(self, outcomes: list[evaluation.Outcome]) -> None:
        for one in outcomes:
            right = one.says_out if one.is_out else bool(one.boards) and one.boards[0] in one.row["boards"]
            if not right:
                wanted, got = " ".join(one.row["items"] or one.row["boards"]), " ".join(one.boards[:2] + one.items[:3])
                self.stdout.write(f"{one.row.get('id', '')}\t{wanted}\t{got}\t{one.row['text']}")
