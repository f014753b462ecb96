"""Stand-ins for what cannot be had on every machine: a server that speaks the model vendors' wire formats."""

from bridge.testing.script import Answer, Call, Fault, Seen
from bridge.testing.server import Vendors

__all__ = ["Answer", "Call", "Fault", "Seen", "Vendors"]
