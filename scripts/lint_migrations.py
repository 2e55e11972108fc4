"""Would a migration break the release that still runs while it is applied? Ours only, and not the first of each app."""

import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django_migration_linter import MigrationLinter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    ours = [config.label for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT)]
    installed = [label for label in ours if ".venv" not in Path(apps.get_app_config(label).path).parts]
    linter = MigrationLinter(
        str(ROOT),
        include_apps=installed,
        no_cache=True,
        ignore_initial_migrations=True,
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    print(f"{linter.nb_total} migrations, {linter.nb_erroneous} would break, {linter.nb_warnings} to look at")
    return 1 if linter.nb_erroneous else 0


if __name__ == "__main__":
    sys.exit(main())
