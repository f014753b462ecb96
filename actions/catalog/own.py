"""A user's own actions, from a small YAML file; and the scripts that the home exposes."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator

from actions.action import Action, Place, Risk, Undo
from actions.catalog.parameters import Arguments
from actions.errors import CatalogError

_TYPES: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}


class Parameter(BaseModel):
    """One argument of an own action, a small part of JSON Schema."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["string", "integer", "number", "boolean"] = "string"
    description: str = ""
    required: bool = True
    enum: list[str] | None = None
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.enum is not None and self.type != "string":
            raise ValueError("enum is for strings")
        return self

    def annotation(self) -> Any:
        """The pydantic type of this argument."""
        kind: Any = Literal[tuple(self.enum)] if self.enum else _TYPES[self.type]
        numeric = self.type in {"integer", "number"}
        field = Field(
            description=self.description or None,
            ge=self.minimum if numeric else None,
            le=self.maximum if numeric else None,
            max_length=1000 if kind is str else None,
        )
        return Annotated[kind, field] if self.required else Annotated[kind | None, field]


class OwnAction(BaseModel):
    """One entry of the file."""

    model_config = ConfigDict(extra="forbid")

    name: str
    description: str
    service: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    targets: list[str] = []
    data: dict[str, Any] = {}
    parameters: dict[str, Parameter] = {}
    examples: list[str] = []
    risk: Risk = Risk.REVERSIBLE

    def action(self) -> Action:
        """The registry's action."""
        return Action(
            self.name,
            self.description,
            _model(self.name, self.parameters),
            self.risk,
            Undo.NONE,
            Place.HOME,
            tuple(self.examples),
            service=self.service,
            fixed=self.data,
            targets=tuple(self.targets),
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    actions: list[OwnAction] = []


def _model(name: str, parameters: dict[str, Parameter]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        key: (parameter.annotation(), ... if parameter.required else None) for key, parameter in parameters.items()
    }
    return create_model(name.replace(".", "_"), __base__=Arguments, **fields)


def load(path: Path) -> tuple[Action, ...]:
    """Read a file of own actions.

    :raises CatalogError: with the line or field to mend.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return tuple(entry.action() for entry in _File.model_validate(content).actions)
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
