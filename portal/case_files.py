"""JSON files of cases that a management command answers one by one, without the database."""

import json
from math import isfinite
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError


def read(path: Path) -> Any:
    """What is in the file. A number that no computer holds stays text, so that it spoils no more than its own case.

    :raises CommandError: it cannot be read, or is not JSON.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=str)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path}: {error}") from error


def _whole(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _finite(text: str) -> float | str:
    number = float(text)
    return number if isfinite(number) else text
