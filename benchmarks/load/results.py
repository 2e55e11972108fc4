"""What is stored, printed and drawn of a run."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.load import page, targets
from benchmarks.load.scenarios import SCENARIOS
from benchmarks.load.targets import Verdict

FORMAT = 1
VERDICTS = (targets.NOT_MET, targets.MET, targets.NOT_MEASURED)


def empty(names: Sequence[str], scales: Sequence[str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "began": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "scenarios": {name: SCENARIOS[name].words for name in names},
        "reads": [name for name in names if SCENARIOS[name].reads],
        "scales": {scale: {} for scale in scales},
    }


def machine() -> dict[str, Any]:
    """Nothing that names it."""
    load = [round(one, 2) for one in os.getloadavg()]
    return {"cores": os.cpu_count(), "load": load, "python": platform.python_version()}


def keep(found: dict[str, Any], folder: Path) -> None:
    """The figures as JSON, and the page beside them."""
    folder.mkdir(exist_ok=True)
    verdicts = targets.judge(found)
    stored = {**found, "verdicts": [one.as_json() for one in verdicts]}
    (folder / "load.json").write_text(f"{json.dumps(stored, ensure_ascii=False, indent=1)}\n", encoding="utf-8")
    (folder / "load.html").write_text(page.render(found, verdicts), encoding="utf-8")


def told(found: dict[str, Any]) -> str:
    """The verdicts, what is not met first."""
    verdicts = sorted(targets.judge(found), key=lambda one: VERDICTS.index(one.verdict))
    return "\n".join(line(one) for one in verdicts)


def line(one: Verdict) -> str:
    return f"{one.verdict:12}  {one.target:38}  {one.where:44}  {one.measured:>8}  {one.bound}  {one.note}".rstrip()
