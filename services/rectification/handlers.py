"""Read when Django starts: the outbox finds here what the notices of this room need."""

from services.rectification.links import path

__all__ = ["path"]
