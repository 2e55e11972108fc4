#!/usr/bin/env python3
"""The portal's one command line: run, test, lint, bench, manage. Needs Python 3.11 and nothing else."""

import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  (whoever starts this has not read pyproject.toml)
    sys.exit("The portal needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.launcher import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
