"""How a run can end early, and what the interpreter refuses.

Ended                   base: the run is over
├── Exited              Stop This Shortcut, or Stop and Output
├── Cancelled           the person cancelled a prompt
├── Failed              the phone shows an error: offline, denied, not found, cannot convert
└── SiriGaveUp          Siri waited too long
Unsupported             the file asks for what is not modelled: a test must not pass over it
"""

from typing import Any


class Ended(Exception):
    """The run is over."""

    status = "finished"


class Exited(Ended):
    """An action ended the shortcut."""

    status = "stopped"

    def __init__(self, result: list[Any] | None = None) -> None:
        super().__init__("stopped")
        self.result = result or []


class Cancelled(Ended):
    """A prompt was cancelled."""

    status = "cancelled"


class Failed(Ended):
    """The phone stopped the shortcut with an error."""

    status = "failed"


class SiriGaveUp(Ended):
    """Siri's patience ended."""

    status = "siri_gave_up"


class Unsupported(Exception):
    """Not modelled."""
