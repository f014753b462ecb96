"""Parity: every precision and target computes the trained network; and mutants do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.coreml import graph
from coreml_export.coreml.cases import Case
from coreml_export.coreml.compress import Coded, Precision, palette, steps
from coreml_export.coreml.consts import coded, unfolded
from coreml_export.coreml.interpreter import interpreted
from coreml_export.coreml.models import PhoneModel, TorchModel
from coreml_export.coreml.package import write_packages
from coreml_export.coreml.tools import mb
from coreml_export.coreml.verify import HALF, PARITY, _differences
from coreml_export.coreml.weights import Weights, expected
from coreml_export.training.network import Network, Shape

Kept = dict[str, Coded]


class Bench:
    """One model, with its cases, to write packages of and compare them."""

    def __init__(self, model: Path, cases: Sequence[Case]) -> None:
        self.weights = Weights.read(model)
        self.tokenizer = Tokenizer.load(model / "tokenizer.json")
        self.cases = [case for case in cases if case.readable]

    def saved(self, folder: Path, kept: Kept, target: str = "iOS18", *, half: bool = False) -> PhoneModel:
        functions = write_packages(kept, self.weights.sizes, target, folder, {"version": "test"})
        packages = {name: folder / package for name, package in functions.items()}
        return PhoneModel(interpreted(packages, half=half), self.tokenizer)

    def network(self, kept: Kept) -> TorchModel:
        return TorchModel(unfolded(kept, self.weights.sizes), self.weights.sizes, self.tokenizer)

    def difference(self, kept: Kept, model: PhoneModel) -> float:
        return max(_differences(self.network(kept), model, self.cases).values())


@pytest.fixture(scope="session")
def bench(model: Path, cases: list[Case]) -> Bench:
    return Bench(model, cases)


def test_the_sizes_are_those_of_the_network(bench: Bench) -> None:
    sizes = bench.weights.sizes
    network = Network(Shape(**{name: getattr(sizes, name) for name in type(sizes).__slots__}))
    of_network = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    of_network.pop("table.weight")
    assert of_network == {name: shape for name, shape in expected(sizes).items() if not name.startswith("table.")}


@pytest.mark.parametrize(
    ("precision", "target"),
    [
        *((precision, "iOS18") for precision in Precision),
        # The older targets share one form of each compression.
        (Precision.FP16, "iOS17"),
        (Precision.INT8, "iOS16"),
        (Precision.FOUR, "iOS16"),
    ],
)
def test_the_saved_program_is_the_network(bench: Bench, tmp_path: Path, precision: Precision, target: str) -> None:
    kept = coded(bench.weights, precision)
    assert bench.difference(kept, bench.saved(tmp_path, kept, target)) < PARITY / 10


def test_in_half_precision_it_stays_near(bench: Bench, tmp_path: Path) -> None:
    kept = coded(bench.weights, Precision.FP16)
    assert 0 < bench.difference(kept, bench.saved(tmp_path, kept, half=True)) < HALF


# Mutants: what the comparison must see


def exact_gelu(patch: pytest.MonkeyPatch, _: Kept) -> None:
    patch.setattr(graph._Parts, "gelu", lambda _self, x: mb.gelu(x=x, mode="EXACT"))


def other_epsilon(patch: pytest.MonkeyPatch, _: Kept) -> None:
    patch.setattr(graph, "EPSILON", np.float16(1e-3))


def other_axis(patch: pytest.MonkeyPatch, _: Kept) -> None:
    softmax = mb.softmax

    def turned(*, axis: int, **more: object) -> object:
        # Reading a program back builds it again, with axes that are no plain numbers.
        return softmax(axis=3 if type(axis) is int else axis, **more)

    patch.setattr(mb, "softmax", turned)


def transposed(_: pytest.MonkeyPatch, kept: Kept) -> None:
    name = "layers.1.attention.out.weight"
    assert kept[name].codes is not None
    kept[name] = Coded(np.ascontiguousarray(kept[name].value.T))


def stale_vocabulary(_: pytest.MonkeyPatch, kept: Kept) -> None:
    table = kept["table.weight"]
    assert table.codes is not None
    assert table.scale is not None
    moved = np.roll(table.codes, 1, 0), np.roll(table.scale, 1)
    kept["table.weight"] = Coded(np.roll(table.value, 1, 0), *moved)


def lost_bias(_: pytest.MonkeyPatch, kept: Kept) -> None:
    kept["cross.out.bias"] = Coded(np.zeros_like(kept["cross.out.bias"].value))


MUTANTS: list[Callable[[pytest.MonkeyPatch, Kept], None]] = [
    exact_gelu, other_epsilon, other_axis, transposed, stale_vocabulary, lost_bias,
]  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_is_seen(
    bench: Bench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mutant: Callable[[pytest.MonkeyPatch, Kept], None],
) -> None:
    right = coded(bench.weights, Precision.INT8)
    kept = dict(right)
    mutant(monkeypatch, kept)
    model = bench.saved(tmp_path, kept)
    assert max(_differences(bench.network(right), model, bench.cases).values()) > PARITY


# Compression


def test_steps_are_near_and_exact_as_told() -> None:
    tensor = np.random.default_rng(1).normal(size=(40, 64)).astype(np.float32)
    kept = steps(tensor)
    assert np.abs(kept.value.astype(np.float32) - tensor).max() < np.abs(tensor).max() / 120
    assert kept.codes is not None
    assert kept.scale is not None
    assert (kept.value == kept.codes.astype(np.float16) * kept.scale[:, None]).all()


@pytest.mark.parametrize(("bits", "most"), [(4, 0.12), (6, 0.035)])
def test_a_palette_is_near(bits: int, most: float) -> None:
    tensor = np.random.default_rng(2).normal(size=(64, 64)).astype(np.float32)
    kept = palette(tensor, bits)
    assert kept.lut is not None
    assert len(kept.lut) == 2**bits
    assert float(np.sqrt(np.square(kept.value.astype(np.float32) - tensor).mean())) < most


def test_a_palette_of_few_numbers_holds_them_all() -> None:
    tensor = np.tile(np.array([-1, 0, 0.5], np.float32), (8, 300))
    assert (palette(tensor, 4).value == tensor).all()
