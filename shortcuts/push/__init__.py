"""Waking a phone: one interface, and the ways that there are. Nothing of what it shall do goes with the push."""

from shortcuts.push.base import Doorbell, PushOutcome, PushTransport, Way

__all__ = ["Doorbell", "PushOutcome", "PushTransport", "Way"]
