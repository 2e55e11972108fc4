"""Read when Django starts: the outbox finds here what the notices of this room need."""

from services.followup.links import path

__all__ = ["path"]
