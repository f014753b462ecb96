"""Verifying: the saved program against the network that was trained and against the hub's form of it."""

import json
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bridge.evaluation.judge import right
from bridge.evaluation.predict import as_calls
from bridge.tiers.small.confidence import marks_of, probability
from bridge.tiers.small.model import OUTPUTS, Model
from bridge.tiers.small.reading import Reading
from coreml_export.coreml.cases import Case
from coreml_export.coreml.compress import Precision
from coreml_export.coreml.consts import coded, unfolded
from coreml_export.coreml.errors import PackageError
from coreml_export.coreml.exported import Exported
from coreml_export.coreml.golden import differences, likeliest_calls, read_with
from coreml_export.coreml.models import Runs, TorchModel
from coreml_export.coreml.weights import FILE, Weights

RESULT = "verify.json"
PARITY = 1e-3
"""The most that an output may differ from the network with the very weights that the package holds, in 32 bits; a
clean export differs by 1e-5 to 1e-4, each mutant of the tests by 2e-3 and more."""
HALF = 0.3
"""The same with every op rounded to half precision, as a phone computes: 0.01 to 0.1 where logits go to 30."""
AGREEMENT = 0.999
"""The least share of cases with the same calls as the trained network, at 16 bits; one case may always differ,
since the test set is too small to tell 99.9 % from less by it."""
HUB = 0.97
"""The least share of cases with the same calls as the hub, whose products have 8 bits: 99 % when this was set."""
LOSS = 0.003
"""The most accuracy that a package may lose against the trained network."""
_PARITY_EVERY = 6
"""Of the cases, those whose outputs are compared in 32 bits; the calls of all are."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one model made of one case."""

    calls: str
    """As text, to be compared."""
    right: bool
    confidence: float | None


def verify(
    exported: Exported, weights: Path, cases: Sequence[Case], progress: Callable[[int], object] = int
) -> dict[str, Any]:
    """Compare; returns all figures, with what is below a threshold under `failures`.

    :raises PackageError: the export was made from other weights.
    :raises UnknownOp: the program has an op that is not known.
    """
    read = Weights.read(weights)
    if read.hashes[FILE] != exported.manifest["weights_sha256"]:
        raise PackageError(f"{exported.folder} was exported from other weights than those in {weights}")
    usable = [case for case in cases if case.readable]
    # The matrices are small: more threads only wait for each other.
    with threadpool_limits(1):
        full, half, hub = exported.model(half=False), exported.model(half=True), Model(weights)
        made: dict[str, Any] = {"cases": len(cases), "golden": _golden(exported, full, usable)}
        phone = _answers(half, cases, read, progress)
        answers = {"package": phone, "hub": _answers(hub, cases, read, progress)}
        made["hub_ms"] = _latency(hub, usable)
        made["hub_difference"] = _differences(hub, full, usable[::_PARITY_EVERY])
        if find_spec("torch"):
            kept = coded(read, Precision(exported.manifest["precision"]))
            exact = TorchModel(unfolded(kept, read.sizes), read.sizes, exported.tokenizer)
            some = usable[::_PARITY_EVERY]
            made["parity"] = _differences(exact, full, some)
            made["parity_half"] = _differences(exact, half, some)
            trained = TorchModel(read.tensors, read.sizes, exported.tokenizer)
            answers["torch"] = _answers(trained, cases, read, progress)
        if platform.system() == "Darwin":
            made["core_ml"] = _differences(full, exported.on_device(), usable[::_PARITY_EVERY])
    made["accuracy"] = {name: _share(each.right for each in given) for name, given in answers.items()}
    made["agreement"] = {
        name: _share(a.calls == b.calls for a, b in zip(phone, given, strict=True))
        for name, given in answers.items()
        if name != "package"
    }
    made["by_source"] = _by_source(cases, answers)
    made["calibration"] = [[each.confidence, each.right] for each in phone if each.confidence is not None]
    made["precision"], made["target"] = exported.manifest["precision"], exported.manifest["target"]
    made["weights_sha256"] = exported.manifest["weights_sha256"]
    made["package_files"] = exported.manifest["files"]
    made["failures"] = failures(made)
    return made


def readings(cases: Sequence[Case]) -> int:
    """How many readings `verify` reports as progress."""
    return len(cases) * (3 if find_spec("torch") else 2)


def failures(made: Mapping[str, Any]) -> list[str]:
    """What is below a threshold, in words."""
    found = [f"golden vectors: {text}" for text in made["golden"]["failures"]]
    for key, most, words in (
        ("parity", PARITY, "in 32 bits"),
        ("parity_half", HALF, "in half precision"),
        ("core_ml", HALF, "in Core ML"),
    ):
        for name, difference in made.get(key, {}).items():
            if not difference <= most:
                found.append(f"{name} differs by {difference:.2g} {words}; at most {most:g} is allowed")
    agreement = made["agreement"].get("torch")
    apart = 0 if agreement is None else round((1 - agreement) * made["cases"])
    if made["precision"] == Precision.FP16 and apart > max(1, (1 - AGREEMENT) * made["cases"]):
        found.append(f"the calls agree with torch's in {agreement:.2%}; at least {AGREEMENT:.1%} is wanted at fp16")
    if made["agreement"]["hub"] < HUB:
        found.append(
            f"the calls agree with the hub's in {made['agreement']['hub']:.2%}; at least {HUB:.0%} is wanted"
        )
    of = "torch" if "torch" in made["accuracy"] else "hub"
    loss = made["accuracy"][of] - made["accuracy"]["package"]
    if loss > LOSS:
        found.append(f"accuracy is {loss:.2%} below that of {of}; at most {LOSS:.1%} is allowed")
    return found


def write_result(exported: Exported, made: Mapping[str, Any]) -> Path:
    """Keep the figures beside the export, for the report."""
    path = exported.folder / RESULT
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    aside.replace(path)
    return path


def _golden(exported: Exported, full: Runs, cases: Sequence[Case]) -> dict[str, Any]:
    known = {case.id: case for case in cases}
    golden = exported.golden
    found, worst = [], 0.0
    for vector in golden["cases"]:
        case = known.get(vector["id"])
        if case is None or case.utterance != vector["utterance"]:
            continue
        read = case.read
        if [exported.tokenizer.ids(word.text).tolist() for word in read.words] != vector["ids"]:
            found.append(f"{case.id}: the tokenizer gives other ids")
        said = full.run(read, case.place.memory)
        by_output = differences(said, vector["outputs"])
        worst = max(worst, *by_output.values())
        # They are written with three digits.
        if not worst <= PARITY + 5e-4:
            found.append(f"{case.id}: outputs differ by {worst:.2g}")
        if likeliest_calls(said, case) != vector["calls"]:
            found.append(f"{case.id}: other calls")
    return {"count": len(golden["cases"]), "worst": worst, "failures": found}


def _answers(model: Runs, cases: Sequence[Case], read: Weights, progress: Callable[[int], object]) -> list[Answer]:
    made = []
    for case in cases:
        reading = read_with(model, case)
        scene = case.place.scene
        calls = as_calls([(part.call, part.targets) for part in reading.calls if part.call is not None], scene)
        good = right(case.made, calls, scene)
        made.append(Answer(json.dumps(calls, sort_keys=True), good, _confidence(reading, case, read.calibration)))
        progress(1)
    return made


def _confidence(reading: Reading, case: Case, calibration: Mapping[str, Any]) -> float | None:
    if "weights" not in calibration:
        return None
    return round(probability(marks_of(reading, case.context.language), calibration), 4)


def _differences(reference: Runs, model: Runs, cases: Sequence[Case]) -> dict[str, float]:
    worst = dict.fromkeys(OUTPUTS, 0.0)
    for case in cases:
        wanted, found = reference.run(case.read, case.place.memory), model.run(case.read, case.place.memory)
        for name in OUTPUTS:
            difference = float(np.abs(getattr(wanted, name) - getattr(found, name)).max(initial=0))
            # Not a number is worse than any number.
            worst[name] = float("inf") if np.isnan(difference) else max(worst[name], difference)
    return worst


def _latency(hub: Model, cases: Sequence[Case]) -> dict[str, float]:
    taken = []
    for case in cases:
        since = time.perf_counter()
        read_with(hub, case)
        taken.append((time.perf_counter() - since) * 1000)
    return {f"p{q}": round(float(np.percentile(taken, q)), 2) for q in (50, 95)}


def _by_source(cases: Sequence[Case], answers: Mapping[str, Sequence[Answer]]) -> dict[str, dict[str, float]]:
    made = {}
    for source in dict.fromkeys(case.source for case in cases):
        where = [index for index, case in enumerate(cases) if case.source == source]
        made[source] = {name: _share(given[index].right for index in where) for name, given in answers.items()}
        made[source]["cases"] = len(where)
    return made


def _share(each: Any) -> float:
    values = list(each)
    return float(round(sum(values) / max(1, len(values)), 5))
