"""Processor time of processes, also of those that come and go while it is looked at."""

import os

from benchmarks.load import processor


def test_a_process_that_has_ended_has_spent_nothing() -> None:
    ended = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(ended, 0)
    spent = processor.spent_ms([os.getpid(), ended])
    assert spent[os.getpid()] > 0
    assert spent[ended] == 0
    assert processor.between({ended: 5.0}, {ended: 0.0}) == 0
