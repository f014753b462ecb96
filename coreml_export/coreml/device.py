"""The real thing: a package's functions run by Core ML itself, which only macOS has."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coreml_export.coreml.tools import ct

Array = NDArray[Any]


class DeviceFunction:
    """One function, in the place of the interpreter's."""

    def __init__(self, package: Path, function: str | None) -> None:
        self._model = ct.models.MLModel(str(package), function_name=function, compute_units=ct.ComputeUnit.ALL)
        self.inputs = shapes_of(self._model.get_spec(), function)

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """One pass: inputs by name to outputs by name, float32."""
        given = {
            name: value.astype(np.float16) if value.dtype.kind == "f" else value for name, value in inputs.items()
        }
        return {name: np.asarray(value, np.float32) for name, value in self._model.predict(given).items()}


def shapes_of(spec: Any, function: str | None) -> dict[str, tuple[int, ...]]:
    """The shapes of a function's inputs, by name; of a package with one function, name none."""
    described = next((each for each in spec.description.functions if each.name == function), spec.description)
    return {feature.name: tuple(feature.type.multiArrayType.shape) for feature in described.input}
