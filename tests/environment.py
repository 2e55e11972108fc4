"""Loaded by pytest before Django reads its settings: tests run in the test environment, with a seventh board."""

import os

os.environ.setdefault("PORTAL_ENV", "test")
os.environ.setdefault("PORTAL_BOARDS", "tests.seventh")
