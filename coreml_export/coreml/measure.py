"""Measuring on a Mac: where the ops are placed, and what a pass takes on each kind of unit."""

import json
import platform
import resource
import statistics
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from coreml_export.coreml.device import shapes_of
from coreml_export.coreml.errors import NeedsMac
from coreml_export.coreml.exported import Exported
from coreml_export.coreml.tools import ct

RESULT = "device.json"
_RUNS, _WARM = 200, 20
_UNITS = {"CPU": "CPU_ONLY", "CPU and GPU": "CPU_AND_GPU", "CPU and Neural Engine": "CPU_AND_NE", "all": "ALL"}


def measure(folder: Path) -> dict[str, Any]:
    """Measure an export, and keep the figures beside it for the card.

    :raises NeedsMac: this is no Mac.
    """
    if platform.system() != "Darwin":
        raise NeedsMac("Only macOS has what runs a Core ML package")
    read = Exported.read(folder)
    several = len(set(read.packages.values())) == 1
    made: dict[str, Any] = {
        "device": platform.machine(),
        "system": f"macOS {platform.mac_ver()[0]}",
        "runs": [],
        "placed": {},
    }
    for name, package in read.packages.items():
        function = name if several else None
        made["placed"][name] = _placed(package, function)
        for words, unit in _UNITS.items():
            made["runs"].append({"function": name, "units": words, **_timed(package, function, unit)})
    # macOS counts bytes here, where Linux counts kilobytes.
    made["memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 1)
    (folder / RESULT).write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    return made


def _timed(package: Path, function: str | None, unit: str) -> dict[str, float]:
    since = time.perf_counter()
    model = ct.models.MLModel(str(package), function_name=function, compute_units=getattr(ct.ComputeUnit, unit))
    load = (time.perf_counter() - since) * 1000
    inputs = inputs_like(model.get_spec(), function)
    taken = []
    for _ in range(_WARM + _RUNS):
        since = time.perf_counter()
        model.predict(inputs)
        taken.append((time.perf_counter() - since) * 1000)
    taken = sorted(taken[_WARM:])
    middle, late = statistics.median(taken), float(np.percentile(taken, 95))
    return {"p50_ms": round(middle, 3), "p95_ms": round(late, 3), "load_ms": round(load, 1)}


def _placed(package: Path, function: str | None) -> float:
    """The share of the estimated cost that is placed on the Neural Engine."""
    from coremltools.models.compute_plan import MLComputePlan

    compiled = ct.models.utils.compile_model(str(package))
    plan = MLComputePlan.load_from_path(path=compiled, compute_units=ct.ComputeUnit.ALL)
    block = plan.model_structure.program.functions[function or "main"].block
    return share_on_engine(plan, block.operations)


def share_on_engine(plan: Any, operations: Iterable[Any]) -> float:
    """The share of the cost of operations whose preferred unit is the Neural Engine."""
    engine = total = 0.0
    for operation in operations:
        cost = plan.get_estimated_cost_for_mlprogram_operation(operation)
        usage = plan.get_compute_device_usage_for_mlprogram_operation(operation)
        if cost is None or usage is None:
            continue
        total += cost.weight
        if "NeuralEngine" in type(usage.preferred_compute_device).__name__:
            engine += cost.weight
    return round(engine / total, 4) if total else 0.0


def inputs_like(spec: Any, function: str | None) -> Mapping[str, np.ndarray[Any, Any]]:
    """Inputs of the right shapes, zeros: what a pass takes does not depend on them."""
    shapes = shapes_of(spec, function)
    return {name: np.zeros(shape, np.int32 if name == "ids" else np.float16) for name, shape in shapes.items()}
