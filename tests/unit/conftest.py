"""A tiny model of the small tier, trained in some seconds and packed, for all tests that need model files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.training.examples import Examples, encode
from coreml_export.training.network import Network, Shape
from coreml_export.training.pack import load_network, pack
from coreml_export.training.shards import Source
from coreml_export.training.trainer import Plan, Trainer
from tests.unit.small import CALIBRATION

CASES = 400
STEPS = 160
PIECES = (
    "turn",
    "on",
    "off",
    "the",
    "light",
    "##s",
    "set",
    "to",
    "in",
    "kitchen",
    "open",
    "close",
    "%",
    "what",
    "is",
)


@dataclass(frozen=True)
class Tiny:
    """A narrow network after a short run over short sentences."""

    tokenizer: Tokenizer
    tokenizer_file: Path
    examples: Examples
    losses: list[float]
    network: Network
    """With the averaged weights, as they are written."""
    weights: Path


class Given:
    """Shards that are there already."""

    def __init__(self, *shards: Examples) -> None:
        self.shards = shards

    def get(self, number: int, *, last: int) -> Examples:
        return self.shards[number % len(self.shards)]


@pytest.fixture(scope="session")
def tokenizer_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    path.write_text(json.dumps({"pieces": PIECES, "trigram_buckets": 1024}))
    return path


@pytest.fixture(scope="session")
def tiny(tokenizer_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    tokenizer = Tokenizer.load(tokenizer_file)
    said = encode(Source(1, CASES).cases(0))
    short = [case for case in said.cases if len(case.words) <= 9 and len(case.clauses) == 1]
    examples = replace(said, cases=short)
    folder = tmp_path_factory.mktemp("tiny")
    plan = Plan(steps=STEPS, batch=24, rate=6e-3, half=False, passes=1000)
    trainer = Trainer(tokenizer, Shape(tokenizer.size, 32, 48, 96, 4, 2), plan, folder)
    losses: list[float] = []
    trainer.train(Given(examples), lambda _done, loss: losses.append(loss))  # type: ignore[arg-type]
    weights = trainer.write()
    return Tiny(tokenizer, tokenizer_file, examples, losses, load_network(weights), weights)


@pytest.fixture(scope="session")
def model_folder(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Packed, with a calibration that was made up; not to be written to."""
    folder = tmp_path_factory.mktemp("packed")
    pack(tiny.network, tiny.tokenizer_file, CALIBRATION, folder, version="tiny")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    yield folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
