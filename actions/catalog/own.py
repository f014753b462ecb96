"""A user's own actions, from a small YAML file."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, create_model, model_validator

from actions.action import Action, Place, Risk, Undo
from actions.catalog.intents import CLOCK, HOME
from actions.catalog.parameters import Arguments
from actions.errors import CatalogError, RegistryError

ARGUMENT_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""What every vendor takes as the name of an argument."""
ArgumentName = Annotated[str, Field(pattern=f"^{ARGUMENT_NAME.pattern}$")]
_TARGETING = frozenset({"entity_id", "area_id", "device_id", "floor_id", "label_id"})
_TAKEN = frozenset(action.name for action in (*HOME, *CLOCK))
_TYPES: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}


class Parameter(BaseModel):
    """One argument of an own action, a small part of JSON Schema."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["string", "integer", "number", "boolean"] = "string"
    description: str = ""
    required: bool = True
    enum: Annotated[list[str], Field(min_length=1)] | None = None
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.enum is not None and self.type != "string":
            raise ValueError("enum is for strings")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum is above maximum")
        return self

    def annotation(self, name: str) -> Any:
        """The pydantic type of the argument of this name."""
        kind: Any = Literal[tuple(self.enum)] if self.enum else _TYPES[self.type]
        numeric = self.type in {"integer", "number"}
        field = Field(
            alias=name,
            description=self.description or None,
            ge=self.minimum if numeric else None,
            le=self.maximum if numeric else None,
            max_length=1000 if kind is str else None,
        )
        return Annotated[kind, field] if self.required else Annotated[kind | None, field]


NARROWING = {
    "name": Parameter(required=False, description="Which of its devices, by name; all of them if left out."),
    "area": Parameter(required=False, description="Only its devices in this room."),
}
"""Arguments of an action for several things."""


class OwnAction(BaseModel):
    """One entry of the file."""

    model_config = ConfigDict(extra="forbid")

    name: str
    description: str
    service: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    targets: list[str] = []
    data: dict[str, JsonValue] = {}
    parameters: dict[ArgumentName, Parameter] = {}
    examples: list[str] = []
    risk: Risk = Risk.REVERSIBLE

    @model_validator(mode="after")
    def _keeps_to_its_targets(self) -> Self:
        chosen = sorted(_TARGETING & self.parameters.keys())
        if chosen and not self.service.startswith("script."):
            raise ValueError(f"what it acts on is given under 'targets', not by an argument '{chosen[0]}'")
        return self

    def action(self) -> Action:
        """The registry's action. One for several things takes a name and a room, to be called for some of them."""
        narrowed = {} if len(self.targets) < 2 or NARROWING.keys() & self.parameters.keys() else NARROWING
        return Action(
            self.name,
            self.description,
            _model(self.name, {**self.parameters, **narrowed}),
            self.risk,
            Undo.NONE,
            Place.HOME,
            tuple(self.examples),
            service=self.service,
            fixed=self.data,
            targets=tuple(self.targets),
            narrows=bool(narrowed),
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    actions: list[OwnAction] = []
    shortcuts: JsonValue = None
    """For the phone, like `apps`; read by `shortcuts.phone.own`."""
    apps: JsonValue = None


def _model(name: str, parameters: dict[str, Parameter]) -> type[BaseModel]:
    # An argument may be called "json" or "copy", which pydantic keeps for itself.
    fields: dict[str, Any] = {
        f"argument_{index}": (parameter.annotation(key), ... if parameter.required else None)
        for index, (key, parameter) in enumerate(parameters.items())
    }
    return create_model(name.replace(".", "_"), __base__=Arguments, **fields)


def load(path: Path) -> tuple[Action, ...]:
    """Read a file of own actions.

    :raises CatalogError: with the line or field to mend.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        found = tuple(entry.action() for entry in _File.model_validate(content).actions)
    except RegistryError as error:
        raise CatalogError(f"{path}: {error.message}", hint=error.hint) from error
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path} is not UTF-8 text", hint="Save it as UTF-8.") from error
    except OSError as error:
        raise CatalogError(
            f"Cannot read {path}: {error.strerror}", hint="Check the path in `actions_file`."
        ) from error
    except yaml.YAMLError as error:
        raise CatalogError(f"{path} is not valid YAML: {error}", hint="See docs/own-actions.md.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CatalogError(f"{path}: {where}: {first['msg']}", hint="See docs/own-actions.md.") from error
    names = [action.name for action in found]
    twice = next((name for name in names if names.count(name) > 1 or name in _TAKEN), None)
    if twice is not None:
        raise CatalogError(f"{path}: the name '{twice}' is taken", hint="Rename one of them; names must be unique.")
    return found
