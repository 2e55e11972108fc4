"""Ctrl-C, SIGTERM and SIGHUP become one exception, raised once: what follows it is an orderly end."""

import signal
from types import FrameType

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Somebody asked for the end."""


_ending = False


def install() -> None:
    for number in ENDINGS:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup has its reasons
            signal.signal(number, _on_signal)


def no_more() -> None:
    """From here on the end is under way; each wait in it is bounded, so impatience need not be answered."""
    global _ending
    _ending = True


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    if not _ending:
        no_more()
        raise Stop
