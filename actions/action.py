"""An Action: a named capability with a schema, a risk, what undoes it and where it is performed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from actions.errors import RegistryError

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[a-z0-9_]+)?")


class Risk(StrEnum):
    """How much an action can hurt; policy acts on it, outside every model."""

    SAFE = "safe"
    REVERSIBLE = "reversible"
    SENSITIVE = "sensitive"
    FORBIDDEN = "forbidden"

    @property
    def rank(self) -> int:
        """Order of risks, safe = 0."""
        return _RANK[self]


_RANK = {risk: rank for rank, risk in enumerate(Risk)}


class Place(StrEnum):
    """Where an action is performed."""

    HOME = "home"
    PHONE = "phone"
    CLOCK = "clock"
    BRIDGE = "bridge"


class Undo(StrEnum):
    """What brings the world back to how it was before."""

    RESTORE = "restore"
    """The targets' former states are written down and can be set again."""
    COUNTER = "counter"
    """Another call undoes it (remove the item that was added)."""
    NONE = "none"
    """Cannot be undone."""
    NOTHING = "nothing"
    """A question: nothing to undo."""


@dataclass(frozen=True, slots=True)
class Action:
    """One capability, as every tier and dialect sees it."""

    name: str
    """Identifier: a Home Assistant intent (`HassTurnOn`) or `domain.service` (`script.movie_night`)."""
    description: str
    parameters: type[BaseModel]
    """The arguments. Extra arguments are refused unless the model allows them."""
    risk: Risk
    undo: Undo
    place: Place
    examples: tuple[str, ...] = ()
    """Phrases that ask for it, for models that choose by example."""
    service: str | None = None
    """The Home Assistant service behind an own action, `domain.service`; intents have none."""
    fixed: dict[str, Any] = field(default_factory=dict)
    """Service data that an own action always sends, whatever the model says."""
    targets: tuple[str, ...] = ()
    """Entity ids that an own action acts on."""
    narrows: bool = False
    """Whether the arguments `name` and `area` choose some of the targets; without them all are meant."""
    says: Callable[[Mapping[str, Any]], str] | None = None
    """Exactly what is done with these arguments, "set the brightness to 40 %", where no target says it."""
    risk_of: Callable[[Mapping[str, Any]], Risk] | None = None
    """The risk with these arguments, where it depends on them; never above `risk`."""

    def __post_init__(self) -> None:
        """Refuse what no dialect could carry."""
        if not NAME.fullmatch(self.name) or len(self.name) > 64:
            raise RegistryError(
                f"'{self.name}' is not a valid action name",
                hint="Use letters, digits and underscores, 64 at most; one dot between domain and service.",
            )
        if not self.description.strip():
            raise RegistryError(f"Action '{self.name}' has no description", hint="Models choose by it: add one.")

    @property
    def reads_only(self) -> bool:
        """True for questions, which change nothing."""
        return self.undo is Undo.NOTHING and self.risk is Risk.SAFE

    def summary(self, arguments: Mapping[str, Any]) -> str:
        """What is done with these arguments, in words for a confirmation."""
        if self.says is not None:
            return self.says(arguments)
        words = ", ".join(f"{key} {value}" for key, value in arguments.items())
        return self.description.rstrip(".") + (f" ({words})" if words else "")

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments, self-contained: no `$defs`, no titles, no pydantic defaults."""
        return _plain(self.parameters.model_json_schema())


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    definitions = schema.get("$defs", {})

    def walk(node: Any, *, names: bool = False) -> Any:
        if isinstance(node, list):
            return [walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return walk({**definitions[node["$ref"].rsplit("/", 1)[1]], **_without(node, "$ref")})
        kept = node if names else _optional(_without(node, "title", "$defs", "default"))
        return {key: walk(value, names=key == "properties" and not names) for key, value in kept.items()}

    plain: dict[str, Any] = walk(schema)
    plain.setdefault("properties", {})
    return plain


def _without(node: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key not in keys}


def _optional(node: dict[str, Any]) -> dict[str, Any]:
    """Write `T | null` as `T`: an optional argument is left out, and not every vendor takes null."""
    options = node.get("anyOf")
    if options is None:
        return node
    real = [option for option in options if option.get("type") != "null"]
    if len(real) == 1:
        return {**real[0], **_without(node, "anyOf")}
    return {**node, "anyOf": real}
