"""Ctrl-C, SIGTERM and SIGHUP become one exception, raised once: what follows it is an orderly end."""

import signal
from types import FrameType

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Somebody asked for the end."""


_state = {"ending": False}


def install() -> None:
    for number in ENDINGS:
        nohup = number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
        if not nohup:  # a shell also ignores SIGINT for what it starts with "&": that one is answered nevertheless
            signal.signal(number, _on_signal)


def no_more() -> None:
    """From here on the end is under way; each wait in it is bounded, so impatience need not be answered."""
    _state["ending"] = True


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    if not _state["ending"]:
        no_more()
        raise Stop
