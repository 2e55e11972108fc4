"""Every task has somebody who calls it, every entry of the schedule a task, every obligation a handler."""

import re

import pytest

from portal.accounts import codes
from portal.celery import NIGHT, SCHEDULE, app
from portal.notices.handlers import MAIL, TEXT
from portal.outbox import registry
from tests.manners.tree import modules

CODE = modules()


def ours() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if name.startswith(("portal.", "services.", "experts.", "enterprises."))}


def test_every_task_is_scheduled_or_nudged() -> None:
    scheduled = {entry["task"] for entry in SCHEDULE.values()}
    nudge = next(module.source for module in CODE if module.name == "portal/outbox/nudge.py")
    nudged = {name for name in ours() if name in nudge or name.rpartition(".")[2] in re.findall(r"tasks\.(\w+)", nudge)}
    assert ours() - scheduled - nudged - {"portal.outbox.tasks.nudge"} == set()
    assert scheduled - ours() == set()


def test_no_entry_of_the_schedule_waits_longer_than_its_turn() -> None:
    turns = {name: 86400 if entry["schedule"] is NIGHT else entry["schedule"] for name, entry in SCHEDULE.items()}
    assert {name for name, entry in SCHEDULE.items() if entry["options"]["expires"] > turns[name] * 2} == set()


def test_the_sweeper_comes_every_ten_seconds() -> None:
    assert SCHEDULE["sweep"]["schedule"] <= 10


@pytest.mark.parametrize("kind", [MAIL, TEXT, codes.KIND])
def test_every_kind_of_obligation_has_a_handler(kind: str) -> None:
    assert registry.handler_of(kind)


def test_whoever_owes_something_is_on_the_list_above() -> None:
    owing = {module.name for module in CODE if re.search(r"\bowe(_many)?\(|\bOwed\(", module.source)}
    assert {name for name in owing if not name.startswith("portal/outbox/")} == {
        "portal/notices/actions.py",
        "portal/accounts/codes.py",
    }
