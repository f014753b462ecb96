"""The interpreter: runs a saved program as it stands in the package, anywhere.

It proves that the graph and the weights as saved compute something. That Core ML computes the same, only a Mac or a
phone can show.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coreml_export.coreml.errors import PackageError, UnknownOp
from coreml_export.coreml.ops import OPS
from coreml_export.coreml.tools import Var, ct, load_program, quiet, types

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One op, ready to run."""

    kind: str
    name: str
    inputs: Mapping[str, Any]
    """Names of variables, lists of them, or constants."""
    outputs: tuple[str, ...]
    halves: tuple[bool, ...]
    """Which outputs are of half precision."""


class Name(str):
    """The name of a variable, apart from a constant that is a string."""

    __slots__ = ()


class Saved:
    """A package as it was read back: its description and its functions."""

    def __init__(self, path: Path) -> None:
        """Read a package.

        :raises PackageError: it is missing or damaged.
        """
        try:
            with quiet():
                model = ct.models.MLModel(str(path), skip_model_load=True)
                self.spec = model.get_spec()
                program = load_program(self.spec, self.spec.specificationVersion, model.weights_dir)
        except Exception as error:  # whatever a damaged file makes coremltools say
            raise PackageError(f"{path} cannot be read: {type(error).__name__}: {error}") from error
        self.path = path
        self.functions: Mapping[str, Any] = program.functions

    @property
    def metadata(self) -> dict[str, str]:
        """What was written into it."""
        return dict(self.spec.description.metadata.userDefined)


class Interpreter:
    """One function of a package."""

    def __init__(self, function: Any, *, half: bool = False) -> None:
        """Make the steps of a function.

        :param half: round what each op gives to half precision, as a phone keeps it.
        :raises UnknownOp: it has an op that is not known.
        """
        self.half = half
        self.inputs: dict[str, tuple[int, ...]] = {name: tuple(var.shape) for name, var in function.inputs.items()}
        self.outputs = [var.name for var in function.outputs]
        self.steps = list(_steps(function))
        if unknown := sorted({step.kind for step in self.steps} - OPS.keys()):
            first = next(step for step in self.steps if step.kind == unknown[0])
            raise UnknownOp(f"The op {first.name} is a {first.kind}, which is not known")

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """One pass: inputs by name, in the shapes of the program, to outputs by name, float32.

        :raises PackageError: an input is missing or has another shape, or a number runs over.
        """
        values: dict[str, Any] = {}
        for name, shape in self.inputs.items():
            if name not in inputs or inputs[name].shape != shape:
                raise PackageError(f"The input {name} should be {shape}")
            values[name] = self._kept(inputs[name]) if inputs[name].dtype.kind == "f" else inputs[name]
        with np.errstate(over="ignore", under="ignore"):
            for step in self.steps:
                self._do(step, values)
        return {name: values[name] for name in self.outputs}

    def _do(self, step: Step, values: dict[str, Any]) -> None:
        made = OPS[step.kind]({key: _value(given, values) for key, given in step.inputs.items()})
        for name, half, value in zip(
            step.outputs, step.halves, made if isinstance(made, tuple) else (made,), strict=True
        ):
            values[name] = self._kept(value) if half else value
            if half and not np.isfinite(values[name]).all():
                raise PackageError(f"The op {step.name} ({step.kind}) gives a number that is not finite")

    def _kept(self, value: Array) -> Array:
        return value.astype(np.float16).astype(np.float32) if self.half else value.astype(np.float32, copy=False)


def interpreted(packages: Mapping[str, Path], *, half: bool) -> dict[str, Interpreter]:
    """The functions of packages, each read from the package that it is in.

    :raises PackageError: a package has no such function.
    """
    saved = {path: Saved(path) for path in dict.fromkeys(packages.values())}
    made = {}
    for name, path in packages.items():
        functions = saved[path].functions
        function = functions.get(name) or (functions.get("main") if len(functions) == 1 else None)
        if function is None:
            raise PackageError(f"{path} has no function {name}")
        made[name] = Interpreter(function, half=half)
    return made


def _steps(function: Any) -> Iterator[Step]:
    consts: dict[str, Any] = {}
    for op in function.operations:
        kind, name = str(op.op_type), str(op.name)
        if kind == "const" or kind.startswith("constexpr_"):
            value = op.outputs[0].val if kind == "const" else op.materialized_val_inference()
            consts[op.outputs[0].name] = _plain(value)
            continue
        given = {key: _given(var, consts) for key, var in op.inputs.items() if var is not None}
        halves = tuple(var.dtype is types.fp16 for var in op.outputs)
        yield Step(kind, name, given, tuple(var.name for var in op.outputs), halves)


def _given(var: Var, consts: Mapping[str, Any]) -> Any:
    if isinstance(var, list | tuple):
        return [_given(each, consts) for each in var]
    if var.name in consts:
        return consts[var.name]
    return _plain(var.val) if var.val is not None else Name(var.name)


def _plain(value: Any) -> Any:
    array = isinstance(value, np.ndarray | np.generic)
    return value.astype(np.float32) if array and value.dtype == np.float16 else value


def _value(given: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(given, Name):
        return values[given]
    return [_value(each, values) for each in given] if isinstance(given, list) else given
