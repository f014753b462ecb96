"""Packages: the programs saved as `.mlpackage`, described and named, with ids that are the same each time."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from coreml_export.coreml.compress import Coded
from coreml_export.coreml.consts import Consts
from coreml_export.coreml.graph import ROWS, STATE, rows_program, words_program
from coreml_export.coreml.tools import Program, ct, quiet
from coreml_export.coreml.weights import PARTS, Sizes

TARGETS: Mapping[str, Any] = {"iOS16": ct.target.iOS16, "iOS17": ct.target.iOS17, "iOS18": ct.target.iOS18}
SMALL, ROWS_ONLY = "HearthSmall.mlpackage", "HearthRows.mlpackage"
LENGTHS = (32, 64)
"""Words of the functions; a target that has one function a package gets the longer one."""
_INSIDE = Path("Data") / "com.apple.CoreML" / "model.mlmodel"

_INPUTS = {
    "ids": "Ids of each word: 4 pieces, then 8 trigrams; 0 where there is none.",
    "tokens": "Features of each word.",
    "features": "Features of each row.",
    "memory": "What `rows` gave for the rows that are looked at; 0 beyond them.",
    "match": "The share of each row's name that each word says.",
    "marks": "Features of each row in this utterance: said, all said, done before, in this room, its room said.",
    "word_mask": "0 for the channels of words that there are, -40000 for the others; the same in every column.",
    "row_mask": "0 for the channels of rows that there are, -40000 for the others; the same in every column.",
}
_OUTPUTS = {
    "boundary": "Whether a clause begins at the word.",
    "pool": "How much the word speaks for its clause.",
    "text": "Which slot takes the word as it is said.",
    "action": "Actions, then rows that are own actions.",
    "name": "No name, everything, then the rows.",
    "place": "No place, then the rows.",
    "noun": "The kind of thing that is meant.",
    STATE: "The state that is asked for or set.",
    "step": "How a level is meant.",
    "value": "Two kinds after one another: whether the value that begins at the channel's word is the column's.",
    "pair": "Whether the channel's word and the column's are in one clause.",
    "memory": "Six parts of each row, each as wide as the network.",
}


def write_packages(
    kept: Mapping[str, Coded], sizes: Sizes, target: str, folder: Path, told: Mapping[str, str]
) -> dict[str, str]:
    """Write the packages into a folder; returns the package of each function.

    :param told: what goes into the metadata.
    """
    consts = Consts(kept, TARGETS[target])
    programs = {"rows": rows_program(consts, TARGETS[target])}
    several = TARGETS[target] >= ct.target.iOS18
    for length in LENGTHS if several else LENGTHS[-1:]:
        programs[f"words_{length}"] = words_program(consts, sizes, length, TARGETS[target])
    if several:
        _save_together(programs, target, folder / SMALL)
        functions = dict.fromkeys(sorted(programs), SMALL)
    else:
        functions = {"rows": ROWS_ONLY, f"words_{LENGTHS[-1]}": SMALL}
        for name, package in functions.items():
            _save(programs[name], target, folder / package)
    for package in dict.fromkeys(functions.values()):
        _describe(folder / package, {**told, "row_count": str(ROWS), "row_parts": str(PARTS)})
        _settle_ids(folder / package)
    return functions


def _save(program: Program, target: str, path: Path) -> None:
    with quiet():
        # The graph is as it should be; passes would only take time and move ops about.
        model = ct.convert(
            program, convert_to="mlprogram", minimum_deployment_target=TARGETS[target], skip_model_load=True,
            compute_precision=ct.precision.FLOAT32, pass_pipeline=ct.PassPipeline.EMPTY,
        )  # fmt: skip
        model.save(str(path))


def _save_together(programs: Mapping[str, Program], target: str, path: Path) -> None:
    several = ct.utils.MultiFunctionDescriptor()
    parts = {name: path.with_name(f"{name}.mlpackage") for name in programs}
    for name, program in programs.items():
        _save(program, target, parts[name])
        several.add_function(str(parts[name]), "main", name)
    several.default_function_name = f"words_{LENGTHS[0]}"
    with quiet():
        ct.utils.save_multifunction(several, str(path))
    for part in parts.values():
        shutil.rmtree(part)


def _describe(package: Path, told: Mapping[str, str]) -> None:
    path = package / _INSIDE
    spec = ct.utils.load_spec(str(path))
    described = spec.description
    for function in (described, *described.functions):
        for feature in function.input:
            feature.shortDescription = _INPUTS[feature.name]
        for feature in function.output:
            feature.shortDescription = _OUTPUTS[feature.name]
    about = described.metadata
    about.shortDescription = "Hearthbridge's small model: a sentence in a home as calls. See DECODING.md."
    about.author, about.license, about.versionString = "Hearthbridge", "Apache-2.0", told["version"]
    about.userDefined.clear()
    about.userDefined.update(told)
    # Bytes in one order, so that the same weights give the same package.
    path.write_bytes(spec.SerializeToString(deterministic=True))


def _settle_ids(package: Path) -> None:
    """Name the package's parts by their paths, where coremltools draws names at random."""
    path = package / "Manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    ids = {
        old: str(uuid5(NAMESPACE_URL, entry["path"])).upper() for old, entry in manifest["itemInfoEntries"].items()
    }
    manifest["itemInfoEntries"] = {ids[old]: entry for old, entry in manifest["itemInfoEntries"].items()}
    manifest["rootModelIdentifier"] = ids[manifest["rootModelIdentifier"]]
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")


def size_of(package: Path) -> int:
    """Bytes of all files of a package."""
    return sum(file.stat().st_size for file in package.rglob("*") if file.is_file())


def parameters(kept: Mapping[str, Coded]) -> int:
    """Numbers of all tensors."""
    return sum(int(np.prod(tensor.value.shape)) for tensor in kept.values())
