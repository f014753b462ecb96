"""Golden vectors: utterances with every array on the way to their calls, to test a decoder on a phone against."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from bridge.tiers.small.clauses import choices_of
from bridge.tiers.small.features import Features
from bridge.tiers.small.labels import Reject
from bridge.tiers.small.model import OUTPUTS, Model, Said
from bridge.tiers.small.reading import Reader, Reading, _Judge
from bridge.tiers.small.registry_pack import registry_pack
from bridge.tiers.small.slots import Filler
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.coreml.cases import Case, Place
from coreml_export.coreml.models import Runs

HOMES = ("flat", "oddities", "wohnung")
"""Small ones, so that the file stays so."""
COUNT = 36
_OF_SOURCE = 3
FORMAT = 1


def chosen(cases: Sequence[Case]) -> list[Case]:
    """A few cases of each kind in small homes, the same each time."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        if case.place.id in HOMES:
            found.setdefault(case.source, []).append(case)
    some = [case for of_source in found.values() for case in of_source[:_OF_SOURCE]]
    return some[:COUNT]


def golden(cases: Sequence[Case], model: Runs, tokenizer: Tokenizer) -> dict[str, Any]:
    """The vectors of cases, as `model` computes them."""
    places = {case.place.id: case.place for case in cases}
    return {
        "format": FORMAT,
        "packs": {name: _pack(place, tokenizer) for name, place in places.items()},
        "cases": [_vector(case, model, tokenizer) for case in cases if case.readable],
    }


def read_with(model: Runs, case: Case) -> Reading:
    """Read a case with any model."""
    # The reader only runs it; that it is the hub's own class is more than it needs.
    reader = Reader(cast("Model", model))
    scene = case.place.scene
    scene.stand(case.made.get("state") or {})
    return reader.read(case.utterance, scene.home, scene.registry, case.place.memory, case.context)


def likeliest_calls(said: Said, case: Case) -> list[dict[str, Any]]:
    """The likeliest call of each clause: what an app decodes that does not try calls on the home."""
    scene, read, memory = case.place.scene, case.read, case.place.memory
    judge = _Judge(Filler(case.utterance, said, read, memory), scene.home, scene.registry, case.context)
    made = []
    for choice in choices_of(said, read, memory):
        part = judge.part(replace(choice, others=tuple(each[:1] for each in choice.others)))
        if part.call is not None and part.problem not in set(Reject):
            made.append({"first": part.first, "last": part.last, **part.call.model_dump(exclude_defaults=True)})
    return made


def _pack(place: Place, tokenizer: Tokenizer) -> dict[str, Any]:
    return registry_pack(place.memory, place.scene.home, place.scene.registry, tokenizer)


def _vector(case: Case, model: Runs, tokenizer: Tokenizer) -> dict[str, Any]:
    read = case.read
    said = model.run(read, case.place.memory)
    return {
        "id": case.id,
        "pack": case.place.id,
        "utterance": case.utterance,
        "language": case.context.language,
        "area": case.context.area,
        "previous": [call.model_dump(exclude_defaults=True) for call in case.context.previous],
        **_read(read, tokenizer),
        "outputs": {name: _rounded(getattr(said, name)) for name in OUTPUTS},
        "calls": likeliest_calls(said, case),
        "hub": [part.call.model_dump(exclude_defaults=True) for part in read_with(model, case).calls if part.call],
    }


def _read(read: Features, tokenizer: Tokenizer) -> dict[str, Any]:
    return {
        "words": [[word.text, word.start, word.end] for word in read.words],
        "ids": [tokenizer.ids(word.text).tolist() for word in read.words],
        "values": [[value.kind.name.lower(), value.value, value.first, value.last] for value in read.values],
        "rows": read.rows.tolist(),
        "tokens": _sparse(read.tokens),
        "match": _sparse(read.match),
        "marks": _sparse(read.marks),
    }


def dense(entries: Sequence[Sequence[float]], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """An array that was written as its entries that are not 0."""
    made = np.zeros(shape, np.float32)
    for row, column, value in entries:
        made[int(row), int(column)] = value
    return made


def differences(said: Said, written: Mapping[str, Any]) -> dict[str, float]:
    """The largest difference of each output from what was written."""
    return {
        name: float(np.abs(getattr(said, name) - np.array(written[name], np.float32)).max(initial=0))
        for name in OUTPUTS
    }


def _sparse(array: NDArray[np.float32]) -> list[list[float]]:
    where = np.argwhere(array)
    return [[int(i), int(j), round(float(array[i, j]), 5)] for i, j in where]


def _rounded(array: NDArray[np.float32]) -> Any:
    return np.round(array.astype(np.float64), 3).tolist()
