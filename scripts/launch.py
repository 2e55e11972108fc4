#!/usr/bin/env python3
"""The portal's one command line: run, test, lint, bench, manage. Needs Python 3.11 and nothing else."""

import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit("The portal needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.launcher import commands  # noqa: E402  (the version is checked first, so that old Pythons get a sentence)

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
