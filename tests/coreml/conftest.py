"""A small model of mutually distinct sizes with weights like trained ones, packed; and exports of it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
import torch

from bridge.tiers.small.labels import ACTIONS
from bridge.tiers.small.model import shipped_folder
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.coreml.cases import Case, read_cases
from coreml_export.coreml.compress import Precision
from coreml_export.coreml.exporting import export
from coreml_export.training.network import Network, Shape
from coreml_export.training.pack import pack

OFTEN = ("HassTurnOn", "HassTurnOff", "HassGetState", "HassMediaPause", "HassVacuumStart")
EVERY = 40
"""Of the test set's cases, each so many'th: enough for every kind of home."""


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder."""
    return make_model(tmp_path_factory.mktemp("model"), seed=1)


def make_model(folder: Path, *, seed: int) -> Path:
    pieces = json.loads((shipped_folder() / "tokenizer.json").read_text("utf-8"))["pieces"]
    tokenizer = folder / "given.json"
    tokenizer.write_text(json.dumps({"pieces": pieces[::40], "trigram_buckets": 96}), "utf-8")
    torch.manual_seed(seed)
    shape = Shape(Tokenizer.load(tokenizer).size, embedding=32, width=64, hidden=96, heads=2, layers=2)
    network = Network(shape)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * (0.3 if parameter.ndim < 2 else 0.15))
        # Something is called in most clauses, and not always the same.
        network.action.bias.fill_(-12)
        network.action.bias[[ACTIONS.index(name) for name in OFTEN]] = 4
    out = folder / "packed"
    with warnings.catch_warnings():
        # Of torch's exporter.
        warnings.simplefilter("ignore")
        pack(network, tokenizer, {}, out, version=f"test{seed}")
    return out


@pytest.fixture(scope="session")
def exported(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export at the shipped precision."""
    out = tmp_path_factory.mktemp("exported") / "int8"
    export(model, Precision.INT8, "iOS18", out)
    return out


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    return read_cases(every=EVERY)
