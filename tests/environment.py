"""Loaded by pytest before Django reads its settings: tests run in the test environment unless told otherwise."""

import os

os.environ.setdefault("PORTAL_ENV", "test")
