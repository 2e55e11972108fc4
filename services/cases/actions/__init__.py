"""The only doors through which a case, its needs and its referrals change."""

from services.cases.actions.cases import Contact, answer, ask, open, take, triage
from services.cases.actions.door import attach, lock, move, move_each, note, note_many
from services.cases.actions.needs import NewNeed, add_needs, decide, describe, may_reopen, reopen
from services.cases.actions.referrals import go_on, offer, wait

__all__ = [
    "Contact",
    "NewNeed",
    "add_needs",
    "answer",
    "ask",
    "attach",
    "decide",
    "describe",
    "go_on",
    "lock",
    "may_reopen",
    "move",
    "move_each",
    "note",
    "note_many",
    "offer",
    "open",
    "reopen",
    "take",
    "triage",
    "wait",
]
