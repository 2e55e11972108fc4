"""What every test may use."""

from pathlib import Path

from scripts.prepare import compile_messages

pytest_plugins = ["tests.fixtures_mail"]


def pytest_configure() -> None:
    """Pages are read in Chinese too; the catalogues are compiled if a word in them has changed."""
    compile_messages(Path(__file__).resolve().parent.parent)
