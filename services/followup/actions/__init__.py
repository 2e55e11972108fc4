"""The only doors through which a follow-up changes: plan, ask, answer, amend, call, waive, settle."""

from services.followup.actions.answering import Answer, amend, answer, by_token
from services.followup.actions.asking import Channel, Outcome, ask, plan, send_due, service, who
from services.followup.actions.calling import record_call, waive
from services.followup.actions.door import settle, settle_closed

__all__ = [
    "Answer",
    "Channel",
    "Outcome",
    "amend",
    "answer",
    "ask",
    "by_token",
    "plan",
    "record_call",
    "send_due",
    "service",
    "settle",
    "settle_closed",
    "waive",
    "who",
]
