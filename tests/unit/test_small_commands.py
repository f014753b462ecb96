"""The commands that make a model: `coreml-export train` and `calibrate`."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result
from safetensors.torch import load_file

from actions.errors import HearthError
from bridge.tiers.small.model import MANIFEST, Model
from coreml_export.cli import main
from coreml_export.training.calibrate import NothingToFit, Seen, fit
from coreml_export.training.trainer import CHECKPOINT, WEIGHTS

FEW = ["--steps", "2", "--shard", "80", "--batch", "8", "--start", "random"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def same(left: Mapping[str, torch.Tensor], right: Mapping[str, torch.Tensor]) -> bool:
    return all(torch.equal(left[name], right[name]) for name in left)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two batches give."""
    folder = tmp_path_factory.mktemp("trained")
    result = run("train", "--out", str(folder), *FEW)
    assert result.exit_code == 0, result.output
    return folder


def test_train_leaves_a_checkpoint_weights_and_a_model_that_loads(trained: Path) -> None:
    assert {CHECKPOINT, WEIGHTS, "model"} <= {path.name for path in trained.iterdir()}
    assert Model(trained / "model").version == "seed1-steps2"
    assert not Model(trained / "model").calibration


def test_train_goes_on_and_says_so(trained: Path) -> None:
    before = load_file(trained / WEIGHTS)
    result = run("train", "--out", str(trained), *FEW)
    assert "Going on after 2 of 2 batches" in result.output
    assert same(load_file(trained / WEIGHTS), before)


@pytest.mark.parametrize("given", [WEIGHTS, "model"])
def test_train_begins_with_given_weights(trained: Path, tmp_path: Path, given: str) -> None:
    result = run("train", "--out", str(tmp_path), *FEW, "--from", str(trained / given))
    assert result.exit_code == 0, result.output
    begun, before = load_file(tmp_path / WEIGHTS), load_file(trained / WEIGHTS)
    assert not same(begun, before)
    # Two batches change little; what begins at random is far away.
    assert all(torch.allclose(begun[name], before[name], atol=0.1) for name in before)


def test_train_keeps_a_share_of_what_it_began_with(trained: Path, tmp_path: Path) -> None:
    result = run("train", "--out", str(tmp_path), *FEW, "--from", str(trained / WEIGHTS), "--blend", "1")
    assert result.exit_code == 0, result.output
    assert same(load_file(tmp_path / WEIGHTS), load_file(trained / WEIGHTS))
    run("train", "--out", str(tmp_path), *FEW, "--from", str(trained / WEIGHTS), "--blend", "0.5")
    half, begun = load_file(tmp_path / WEIGHTS), load_file(trained / WEIGHTS)
    run("train", "--out", str(tmp_path), *FEW, "--from", str(trained / WEIGHTS))
    whole = load_file(tmp_path / WEIGHTS)
    assert all(torch.allclose(half[name], (begun[name] + whole[name]) / 2, atol=1e-6) for name in half)


def test_another_plan_in_the_same_folder_is_refused(trained: Path) -> None:
    result = run("train", "--out", str(trained), "--steps", "3", "--shard", "80", "--batch", "8")
    assert result.exit_code
    assert "other settings" in f"{result.output}{result.exception}"


def test_calibrate_seals_what_it_fitted_or_says_why_it_cannot(trained: Path) -> None:
    folder = trained / "model"
    result = run("calibrate", "--model", str(folder), "--count", "100", "--version", "named")
    if isinstance(result.exception, HearthError) or "nothing_to_fit" in result.output:
        assert not Model(folder).calibration
    else:
        assert json.loads((folder / MANIFEST).read_text())["version"] == "named"
        assert Model(folder).calibration["thresholds"]["*"]


def test_what_is_always_right_says_nothing_about_doubt() -> None:
    seen = [Seen("en", {"all": 0.5}, right=True, answered=True)] * 20
    with pytest.raises(NothingToFit, match="all right or all wrong"):
        fit(seen)
    with pytest.raises(NothingToFit, match="0 were answers"):
        fit([Seen("en", {"all": 0.5}, right=True, answered=False)])
