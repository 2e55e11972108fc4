"""The only ways in which bookings and what decides about them change."""

from services.boards.labs.actions.booking import approve, cancel, confirm, decline, expire, hold, move
from services.boards.labs.actions.keeping import block, compose, describe, grant, lift, save_hours, save_rule, withdraw
from services.boards.labs.actions.series import hold_series
from services.boards.labs.actions.using import check_in, check_out, mark_no_shows
from services.boards.labs.actions.waiting import join, leave, offer_missed

__all__ = [
    "approve",
    "block",
    "cancel",
    "check_in",
    "check_out",
    "compose",
    "confirm",
    "decline",
    "describe",
    "expire",
    "grant",
    "hold",
    "hold_series",
    "join",
    "leave",
    "lift",
    "mark_no_shows",
    "move",
    "offer_missed",
    "save_hours",
    "save_rule",
    "withdraw",
]
