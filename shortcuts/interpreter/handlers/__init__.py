"""What each action does, by identifier without its prefix."""

from collections.abc import Mapping

from shortcuts.interpreter.handlers import data, device, people, web
from shortcuts.interpreter.handlers.base import Handler, Run

HANDLERS: Mapping[str, Handler] = {**data.HANDLERS, **people.HANDLERS, **web.HANDLERS, **device.HANDLERS}
"""Every action that is modelled."""

__all__ = ["HANDLERS", "Handler", "Run"]
