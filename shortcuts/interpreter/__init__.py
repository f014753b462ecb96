"""Runs a `.shortcut` file on a simulated phone, action by action, with real HTTP: for tests of whole conversations.

    phone = Phone(dictation=["turn on the kitchen light"])
    outcome = await run(Path("Ask Hearth.shortcut").read_bytes(), phone)
    assert phone.said == ["Kitchen light is on."]

It reads what the format says, and nothing else: an action, a key or a shape that it does not know is an error,
never skipped. What is modelled, and what is not, is in docs/shortcuts.md.
"""

from shortcuts.interpreter.content import File, Image, Location, WebPage
from shortcuts.interpreter.errors import Unsupported
from shortcuts.interpreter.machine import Outcome, run
from shortcuts.interpreter.phone import CANCEL, Performed, Phone

__all__ = [
    "CANCEL",
    "File",
    "Image",
    "Location",
    "Outcome",
    "Performed",
    "Phone",
    "Unsupported",
    "WebPage",
    "run",
]
