"""`migrate` for the tables of the tests: what each migration says, done to an empty database.

After each step Django draws every model anew that is related to the one it changed, however far: that is five sixths of
the time, for rows that an empty database does not have. Here a new model, and one whose options change, is drawn alone.
`launch.py run` migrates as everybody does, and tests/scripts/test_run.py compares what comes of it.
"""

import sys

from django.core.management import execute_from_command_line
from django.db.migrations.state import ProjectState

_related = ProjectState._find_reload_model


def _needed(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    if delay or model_name not in state.apps.all_models[app_label]:
        return {(app_label, model_name)}
    found: set[tuple[str, str]] = _related(state, app_label, model_name, delay)
    return found


if __name__ == "__main__":
    ProjectState._find_reload_model = _needed
    execute_from_command_line([sys.argv[0], "migrate", "--verbosity", "0"])
