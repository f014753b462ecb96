"""Models for phones: packages that were published into a folder, one version each, older ones kept.

A version's folder holds `info.json`, `archive.zip`, `card.md` and `tokenizer.json`; `current.json` beside them
names the version that phones should have. `coreml-export report --publish` writes them.
"""

import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from actions.errors import HearthError
from actions.home import Home
from actions.registry import Registry
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.registry_pack import registry_pack
from bridge.tiers.small.tokenizer import Tokenizer

CURRENT, INFO, ARCHIVE, CARD, TOKENIZER = "current.json", "info.json", "archive.zip", "card.md", "tokenizer.json"
_PACKS = 4
"""Homes whose packs are kept; one changes with each name in it."""


class NoModel(HearthError):
    """There is no such model for phones."""

    code = "no_model"
    hint = "Publish one with `coreml-export report --publish`, into the folder of the setting small.published."


class Published(BaseModel):
    """One version."""

    model_config = ConfigDict(frozen=True)

    version: str
    model: str
    """Version of the weights."""
    precision: str
    target: str
    """The least system that runs it."""
    bytes: int
    sha256: str
    """Of the archive."""
    thresholds_kept: bool
    """Whether its report card is above all thresholds."""


class Models:
    """The published versions."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._packs: OrderedDict[tuple[str, str, str], dict[str, Any]] = OrderedDict()

    def versions(self) -> list[str]:
        """All that are here, by name."""
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(path.parent.name for path in self._folder.glob(f"[!.]*/{INFO}"))

    def find(self, version: str | None = None) -> Published:
        """A version, or the one that phones should have.

        :raises NoModel: it is not here.
        """
        if self._folder is None:
            raise NoModel("This bridge has no model for phones")
        if version is None:
            version = self._current(self._folder)
        # Only names that are listed are opened: what a caller sends is no path.
        if version not in self.versions():
            raise NoModel(f"There is no model {version} here")
        try:
            return Published.model_validate_json((self._folder / version / INFO).read_bytes())
        except (OSError, ValidationError) as error:
            raise NoModel(f"The model {version} cannot be read") from error

    def file(self, published: Published, name: str) -> Path:
        """A file of a version.

        :raises NoModel: it is gone.
        """
        assert self._folder is not None  # noqa: S101  # something was found in it
        path = self._folder / published.version / name
        if not path.is_file():
            raise NoModel(f"The model {published.version} is not whole: {name} is gone")
        return path

    def pack(self, published: Published, home: Home, registry: Registry) -> dict[str, Any]:
        """The registry pack of a home, with the ids that a version takes."""
        key = (home.version, registry.version, published.sha256)
        made = self._packs.get(key)
        if made is None:
            tokenizer = Tokenizer.load(self.file(published, TOKENIZER))
            made = self._packs[key] = registry_pack(Memory.of(home, registry), home, registry, tokenizer)
            if len(self._packs) > _PACKS:
                self._packs.popitem(last=False)
        return made

    def _current(self, folder: Path) -> str:
        try:
            return str(json.loads((folder / CURRENT).read_text("utf-8"))["version"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoModel("No model for phones was published here") from error
