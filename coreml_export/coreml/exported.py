"""Exported: a folder that `coreml-export export` wrote, checked to be whole and to belong together."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.tiers.small.model import LABELS, digest
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.coreml.device import DeviceFunction
from coreml_export.coreml.errors import PackageError
from coreml_export.coreml.exporting import GOLDEN, MANIFEST
from coreml_export.coreml.interpreter import Saved, interpreted
from coreml_export.coreml.models import PhoneModel


@dataclass(frozen=True, slots=True)
class Exported:
    """One export."""

    folder: Path
    manifest: Mapping[str, Any]
    tokenizer: Tokenizer

    @classmethod
    def read(cls, folder: Path) -> "Exported":
        """Read and check a folder.

        :raises PackageError: it is no export, a file is missing or changed, or its vocabulary or labels are stale.
        """
        manifest = read_json(folder / MANIFEST)
        for name, wanted in manifest.get("files", {}).items():
            path = folder / name
            if not path.is_file() or digest(path) != wanted:
                raise PackageError(f"{path} is missing or is not what was exported: its hash differs")
        if not manifest.get("functions") or not set(manifest["functions"].values()) <= manifest["bytes"].keys():
            raise PackageError(f"{folder / MANIFEST} names no packages")
        labels = read_json(folder / "labels.json")
        for key, values in LABELS.items():
            if tuple(labels.get(key, ())) != values:
                raise PackageError(f"The labels in {folder} have other {key} than this version knows")
        made = cls(folder, manifest, Tokenizer.load(folder / "tokenizer.json"))
        for path in made.packages.values():
            if Saved(path).metadata.get("tokenizer_sha256") != digest(folder / "tokenizer.json"):
                raise PackageError(f"{path} was made for another tokenizer.json than lies beside it")
        return made

    @property
    def packages(self) -> dict[str, Path]:
        """The package of each function."""
        return {name: self.folder / package for name, package in self.manifest["functions"].items()}

    @property
    def golden(self) -> dict[str, Any]:
        """The golden vectors."""
        return read_json(self.folder / GOLDEN)

    def on_device(self) -> PhoneModel:
        """The packages in Core ML itself; on a Mac."""
        several = len(set(self.packages.values())) == 1
        functions = {name: DeviceFunction(path, name if several else None) for name, path in self.packages.items()}
        return PhoneModel(functions, self.tokenizer)

    def model(self, *, half: bool) -> PhoneModel:
        """The packages in the interpreter."""
        return PhoneModel(interpreted(self.packages, half=half), self.tokenizer)


def read_json(path: Path) -> dict[str, Any]:
    """A file that holds a JSON object.

    :raises PackageError: it does not.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PackageError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise PackageError(f"{path} is no JSON object")
    return content
