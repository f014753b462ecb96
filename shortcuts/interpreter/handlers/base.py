"""What a handler is given and gives back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

import httpx

from shortcuts.interpreter.content import Content
from shortcuts.interpreter.params import Params
from shortcuts.interpreter.phone import Phone
from shortcuts.interpreter.values import Scope


@dataclass(slots=True)
class Run:
    """What every action of one run shares."""

    phone: Phone
    scope: Scope
    web: httpx.AsyncClient
    random: Random = field(default_factory=Random)


Handler: TypeAlias = Callable[[Run, Params], Content | Awaitable[Content]]
"""Does one action; returns its result."""
