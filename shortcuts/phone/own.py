"""The owner's own shortcuts and apps, from the file of own actions."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator, model_validator

from actions.action import Risk
from actions.errors import CatalogError
from actions.text import stem


class OwnShortcut(BaseModel):
    """One shortcut of the owner's that may be run, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    """As it is called on the phone, emoji and quotes too."""
    description: str = Field(min_length=1, max_length=500)
    """Models choose by it."""
    input: str | None = Field(None, max_length=300)
    """What its input is; nothing when it takes none."""
    risk: Risk = Risk.SENSITIVE
    """A shortcut may do anything, so it is confirmed unless the owner says that it need not be."""


class Own(BaseModel):
    """What the file says about the phone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shortcuts: tuple[OwnShortcut, ...] = ()
    apps: dict[Annotated[str, Field(min_length=1, max_length=100)], str] = {}
    """An app's name, and an address that it answers to: {"Signal": "sgnl://"}."""
    actions: JsonValue = None
    """Home actions, which `actions.catalog.own` reads."""

    @field_validator("apps")
    @classmethod
    def _addresses(cls, apps: dict[str, str]) -> dict[str, str]:
        for name, url in apps.items():
            scheme, _, rest = url.partition(":")
            if not rest or not scheme or scheme.casefold() in ("shortcuts", "workflow", "javascript", "data"):
                raise ValueError(f"'{name}' needs an address such as music://")
        return apps

    @model_validator(mode="after")
    def _no_twins(self) -> "Own":
        names = [stem(shortcut.name) for shortcut in self.shortcuts]
        if twins := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two shortcuts are named '{twins[0]}'")
        return self


def load_own(path: Path | None) -> Own:
    """What the file of own actions says about the phone; nothing without a file.

    :raises CatalogError: with the field to mend.
    """
    if path is None:
        return Own()
    hint = "See docs/phone.md."
    try:
        return Own.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path} is not UTF-8 text", hint="Save it as UTF-8.") from error
    except OSError as error:
        raise CatalogError(f"Cannot read {path}: {error.strerror}", hint="Check `actions_file`.") from error
    except yaml.YAMLError as error:
        raise CatalogError(f"{path} is not valid YAML: {error}", hint=hint) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CatalogError(f"{path}: {where}: {first['msg']}", hint=hint) from error
