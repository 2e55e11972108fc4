"""Runs ``scripts/prepare.py`` in the portal's environment and says each of its steps."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .children import open_log, spawn, stop_one
from .places import PYTHON, ROOT
from .saying import Refusal, Teller

WORDS = {
    "messages": "Messages compiled",
    "migrate": "Database migrated",
    "load_reference": "Six boards and reference data loaded",
    "load_demo": "Demonstration centre loaded",
    "collectstatic": "Static files collected",
}


def run(steps: Sequence[str], environment: Mapping[str, str], logs: Path, teller: Teller) -> None:
    """:raises Refusal: naming the step that failed."""
    log = logs / "prepare.log"
    receiving, sending = os.pipe()
    with open_log(log) as output, os.fdopen(receiving, encoding="utf-8") as pipe:
        process = spawn(
            [PYTHON, ROOT / "scripts" / "prepare.py", str(sending), *steps],
            environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(sending,),
        )
        try:
            os.close(sending)
            done = [say(line, teller) for line in pipe]
            process.wait()
        except BaseException:
            stop_one(process, signal.SIGTERM, 5.0)
            raise
    if process.returncode:
        failed = steps[len(done)] if len(done) < len(steps) else steps[-1]
        raise Refusal(f"The step {failed} failed.", log=log)


def say(line: str, teller: Teller) -> str:
    step = json.loads(line)
    name = str(step["step"])
    teller.line(f"{WORDS.get(name, name)} ({step['seconds']:.1f} s)")
    return name
