"""What is done in the portal's own environment before it starts, in one process: Django starts once, not five times.

Takes the steps by name and says over a pipe which one is done. ``messages`` compiles the catalogues; every other
name is a management command.
"""

import gc
import hashlib
import io
import json
import os
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

import django
import polib
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

MESSAGES, COLLECT = "messages", "collectstatic"
# Commands that print what belongs to a person, not in a log.
SILENT = {"load_demo"}
OPTIONS: dict[str, dict[str, object]] = {"migrate": {"interactive": False}}


def compile_messages(root: Path) -> int:
    """Each ``.po`` that is newer than its ``.mo``; msgfmt is not on every machine."""
    done = 0
    for source in sorted((root / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        done += 1
    return done


def collect_static() -> None:
    """Only when a source has changed: hashing and compressing what is the same takes longer than all the rest."""
    seen = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            status = Path(storage.path(name)).stat()
            seen.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == seen.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(seen.hexdigest(), encoding="utf-8")


def do(step: str) -> None:
    if step == MESSAGES:
        compile_messages(ROOT)
    elif step == COLLECT:
        collect_static()
    elif step in SILENT:
        with redirect_stdout(io.StringIO()):
            call_command(step, **OPTIONS.get(step, {}))
    else:
        call_command(step, **OPTIONS.get(step, {}))


def main(descriptor: int, steps: list[str]) -> None:
    gc.set_threshold(700, 10, 100)  # migrations draw models by the thousand; looking through all of them is a quarter
    with os.fdopen(os.dup(descriptor), "w", encoding="utf-8") as pipe:
        for step in steps:
            began = time.monotonic()
            print(f"== {step}", flush=True)
            if step != MESSAGES and not apps.ready:
                django.setup()
            do(step)
            print(json.dumps({"step": step, "seconds": time.monotonic() - began}), file=pipe, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
