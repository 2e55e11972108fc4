"""One line that says how far a load is."""

import time
from collections.abc import Callable
from typing import TextIO

BAR = 25
EVERY_SECONDS = 1


class Progress:
    """What is being done, which share of it is done, since when, and how fast while rows are made."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.out, self.clock = out, clock
        self.what, self.rows, self.rows_before = "", 0, 0
        self.began = self.shown = clock()

    def tell(self, what: str, done: int, rows: int) -> None:
        """:param done: thousandths of this phase.
        :param rows: written so far, in all phases.
        """
        now = self.clock()
        if what != self.what:
            self.what, self.rows_before = what, self.rows
            self.began = self.shown
        self.rows = rows
        if done == 1000 or now - self.shown >= EVERY_SECONDS:
            self.shown = now
            self._show(done, rows - self.rows_before, now - self.began)

    def _show(self, done: int, made: int, seconds: float) -> None:
        bar = "#" * (done * BAR // 1000)
        rate = f"{made:>13,} rows {made / max(seconds, 0.001):>9,.0f} rows/s" if made else ""
        last = "\n" if done == 1000 or not self.out.isatty() else ""
        self.out.write(f"\r{self.what:<11}[{bar:<{BAR}}] {done / 10:5.1f} % {seconds:6.0f} s{rate}{last}")
        self.out.flush()
