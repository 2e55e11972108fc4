"""The table of what is measured."""

from benchmarks.load.reading import READING
from benchmarks.load.writing import WRITING

SCENARIOS = {one.name: one for one in (*READING, *WRITING)}
NEEDED = {"survey": "deliver", "deliver": "accept", "accept": "offer", "offer": "confirm", "rank": "confirm"}
"""Whose work each goes on with."""
