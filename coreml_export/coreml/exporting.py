"""Exporting: a folder with the packages and all that an app needs beside them, written aside and renamed."""

import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from bridge.tiers.small.model import digest
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.coreml.cases import read_cases
from coreml_export.coreml.compress import Precision
from coreml_export.coreml.consts import coded
from coreml_export.coreml.decoding import decoding, lexicon_tables
from coreml_export.coreml.errors import ExportError
from coreml_export.coreml.golden import chosen, golden
from coreml_export.coreml.interpreter import interpreted
from coreml_export.coreml.models import PhoneModel
from coreml_export.coreml.package import TARGETS, parameters, size_of, write_packages
from coreml_export.coreml.weights import FILE, Weights

MANIFEST = "export.json"
GOLDEN, LEXICON, DECODING = "golden.json", "lexicon.json", "DECODING.md"
COPIED = ("tokenizer.json", "labels.json", "calibration.json")


def export(weights: Path, precision: Precision, target: str, out: Path, *, force: bool = False) -> dict[str, Any]:
    """Write an export; returns its manifest.

    :raises WeightsError: the model folder cannot be used.
    :raises ExportError: the folder is there already or holds other things, or cannot be written; an unknown target.
    """
    if target not in TARGETS:
        raise ExportError(f"There is no target {target}", hint=f"Choose one of {', '.join(TARGETS)}.")
    if out.exists() and not force:
        raise ExportError(f"{out} is there already", hint="Choose another folder, or --force.")
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise ExportError(f"{out} holds something else than an export", hint="Choose another folder.")
    read = Weights.read(weights)
    return written_aside(out, lambda aside: _write(read, precision, target, aside))


def written_aside(out: Path, write: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """Let `write` fill a folder beside `out` that is then renamed; nothing is left of one that failed.

    :raises ExportError: no space, or no right to write there.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            made = write(aside / "new")
            if out.exists():
                out.replace(aside / "old")
            (aside / "new").replace(out)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        no_space = error.errno in {errno.ENOSPC, errno.EDQUOT}
        hint = "Make room there; nothing was left behind." if no_space else "Check the folder and its rights."
        raise ExportError(f"{out} cannot be written: {error.strerror or error}", hint=hint) from error
    return made


def _write(read: Weights, precision: Precision, target: str, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    kept = coded(read, precision)
    told = {
        "version": read.version,
        "precision": str(precision),
        "weights_sha256": read.hashes[FILE],
        "tokenizer_sha256": read.hashes["tokenizer.json"],
        "labels": (read.folder / "labels.json").read_text("utf-8"),
        "thresholds": json.dumps(read.calibration.get("thresholds", {})),
    }
    functions = write_packages(kept, read.sizes, target, folder, told)
    for name in COPIED:
        shutil.copyfile(read.folder / name, folder / name)
    _json(folder / LEXICON, lexicon_tables())
    (folder / DECODING).write_text(decoding(), "utf-8")
    tokenizer = Tokenizer.load(folder / "tokenizer.json")
    packages = {name: folder / package for name, package in functions.items()}
    model = PhoneModel(interpreted(packages, half=False), tokenizer)
    # Kept tight: it is read by machines.
    vectors = json.dumps(golden(chosen(read_cases()), model, tokenizer), ensure_ascii=False, separators=(",", ":"))
    (folder / GOLDEN).write_text(vectors + "\n", "utf-8")
    manifest = {
        "format": 1,
        "version": read.version,
        "precision": str(precision),
        "target": target,
        "functions": functions,
        "sizes": asdict(read.sizes),
        "parameters": parameters(kept),
        "bytes": {package: size_of(folder / package) for package in dict.fromkeys(functions.values())},
        "weights_sha256": read.hashes[FILE],
        "files": hashes(folder),
    }
    _json(folder / MANIFEST, manifest)
    return manifest


def hashes(folder: Path) -> dict[str, str]:
    """The sha256 of each file, by its path in the folder; the manifest's own is not among them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}


def _json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
