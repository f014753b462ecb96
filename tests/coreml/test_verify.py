"""Verifying, linting and reporting: what passes, what is refused, and what the card says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from bridge.tiers.small.model import OUTPUTS
from coreml_export.cli import main
from coreml_export.coreml.cases import Case
from coreml_export.coreml.cost import costs
from coreml_export.coreml.errors import ExportError, NeedsMac, NotGoodEnough, PackageError, UnknownOp
from coreml_export.coreml.exported import Exported
from coreml_export.coreml.interpreter import Interpreter, Saved
from coreml_export.coreml.lint import lint
from coreml_export.coreml.measure import inputs_like, measure, share_on_engine
from coreml_export.coreml.plots import reliability
from coreml_export.coreml.publish import publish
from coreml_export.coreml.report import report
from coreml_export.coreml.tools import ct, mb, quiet, types
from coreml_export.coreml.verify import RESULT, failures
from tests.coreml.conftest import EVERY, make_model


def run(*arguments: str | Path | int) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(scope="module")
def verified(exported: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verified") / "int8"
    shutil.copytree(exported, folder)
    done = run("verify", folder, "--weights", model, "--every", EVERY)
    assert (folder / RESULT).exists(), done.output
    return folder


def result(folder: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((folder / RESULT).read_text("utf-8"))
    return made


def test_verify_measures_everything(verified: Path) -> None:
    made = result(verified)
    assert made["golden"]["failures"] == []
    assert made["golden"]["count"] > 10
    assert set(made["parity"]) == set(OUTPUTS)
    assert max(made["parity"].values()) < 1e-4
    assert set(made["accuracy"]) == {"package", "hub", "torch"}
    assert set(made["agreement"]) == {"hub", "torch"}
    assert made["hub_ms"]["p50"] > 0


def test_other_weights_are_refused(exported: Path, tmp_path: Path) -> None:
    refused = run("verify", exported, "--weights", make_model(tmp_path, seed=2), "--every", EVERY)
    assert refused.exit_code == 1
    assert "other weights" in refused.output


def test_every_threshold_bites() -> None:
    good: dict[str, Any] = {
        "golden": {"failures": []},
        "cases": 1000, "parity": {"name": 1e-5}, "parity_half": {"name": 0.02}, "precision": "fp16",
        "agreement": {"torch": 1.0, "hub": 0.99}, "accuracy": {"torch": 0.8, "package": 0.8, "hub": 0.79},
    }  # fmt: skip
    assert failures(good) == []
    worse: list[dict[str, Any]] = [
        {"golden": {"failures": ["a: other calls"]}}, {"parity": {"name": 2e-3}},
        {"parity": {"name": float("nan")}},
        {"parity_half": {"name": 0.5}}, {"agreement": {"torch": 0.99, "hub": 0.99}},
        {"agreement": {"torch": 1.0, "hub": 0.5}}, {"accuracy": {"torch": 0.8, "package": 0.79, "hub": 0.79}},
    ]  # fmt: skip
    assert [len(failures({**good, **worse_one})) for worse_one in worse] == [1] * len(worse)


# The interpreter


def saved(folder: Path, build: Any, shape: tuple[int, ...] = (1, 64, 1, 32), dtype: Any = types.fp16) -> Saved:
    path = folder / "made.mlpackage"
    program = mb.program(input_specs=[mb.TensorSpec(shape=shape, dtype=dtype)], opset_version=ct.target.iOS18)(
        build
    )
    with quiet():
        ct.convert(
            program, convert_to="mlprogram", minimum_deployment_target=ct.target.iOS18, skip_model_load=True,
            compute_precision=ct.precision.FLOAT32, pass_pipeline=ct.PassPipeline.EMPTY,
        ).save(str(path))  # fmt: skip
    return Saved(path)


def test_an_op_that_is_not_known_is_named(tmp_path: Path) -> None:
    made = saved(tmp_path, lambda x: mb.relu(x=x, name="sharp"))
    with pytest.raises(UnknownOp, match="sharp is a relu"):
        Interpreter(made.functions["main"])


def test_a_number_that_runs_over_is_named(tmp_path: Path) -> None:
    made = saved(tmp_path, lambda x: mb.mul(x=x, y=np.float16(60000), name="large"))
    ones = np.ones((1, 64, 1, 32), np.float32)
    assert Interpreter(made.functions["main"]).run({"x": ones * 2})["large"].max() == 120_000
    with pytest.raises(PackageError, match="large"):
        Interpreter(made.functions["main"], half=True).run({"x": ones * 2})


def test_inputs_of_other_shapes_are_refused(exported: Path) -> None:
    function = Interpreter(Saved(exported / "HearthSmall.mlpackage").functions["rows"])
    with pytest.raises(PackageError, match="The input ids"):
        function.run({"ids": np.zeros((1, 1, 12), np.int32)})


# Lint


def test_the_export_has_no_error(exported: Path) -> None:
    done = run("lint", exported)
    assert done.exit_code == 0
    assert "0 errors" in done.stdout
    assert "eligible for the Neural Engine by lint" in done.stdout


BAD: list[tuple[str, Any, dict[str, Any]]] = [
    ("ops", lambda x: mb.topk(x=x, k=np.int32(2), axis=1)[0], {}),
    ("dtype", lambda x: mb.sigmoid(x=x), {"dtype": types.fp32}),
    ("alignment", lambda x: mb.reduce_sum(x=x, axes=[3], keep_dims=True), {}),
    ("alignment", lambda x: mb.sigmoid(x=x), {"shape": (1, 64, 1, 20)}),
    ("sizes", lambda x: mb.sigmoid(x=x), {"shape": (1, 20_000, 1, 32)}),
    ("finite_masks", lambda x: mb.add(x=x, y=np.full((1, 1, 1, 32), -np.inf, np.float16)), {}),
    ("half_precision", lambda x: mb.add(x=x, y=np.ones((1, 1, 1, 32), np.float32)), {"dtype": types.fp32}),
]


@pytest.mark.parametrize(("rule", "build", "more"), BAD)
def test_each_rule_finds_what_it_is_for(tmp_path: Path, rule: str, build: Any, more: dict[str, Any]) -> None:
    errors = [finding for finding in lint(saved(tmp_path, build, **more)) if finding.level == "error"]
    assert rule in {finding.rule for finding in errors}
    assert all(finding.op and finding.reason for finding in errors)
    refused = run("lint", tmp_path / "made.mlpackage", "--json")
    assert refused.exit_code == 1
    assert len(json.loads(refused.stdout)) >= len(errors)


# The card


def test_the_card_refuses_and_is_forced(verified: Path, tmp_path: Path) -> None:
    folder = tmp_path / "int8"
    shutil.copytree(verified, folder)
    made = result(folder) | {"failures": ["accuracy is too low"]}
    (folder / RESULT).write_text(json.dumps(made))
    with pytest.raises(NotGoodEnough, match="accuracy is too low"):
        report([folder], tmp_path / "card")
    assert not (tmp_path / "card").exists()
    with pytest.raises(ExportError, match="something else"):
        report([folder], tmp_path, force=True)
    refused = run("report", folder, "--out", tmp_path / "card", "--publish", tmp_path / "models")
    assert (refused.exit_code, (tmp_path / "models").exists()) == (1, False)
    done = run("report", folder, "--out", tmp_path / "card", "--publish", tmp_path / "models", "--force")
    assert done.exit_code == 0, done.output
    card = (tmp_path / "card" / "card.md").read_text("utf-8")
    assert "accuracy is too low" in card
    assert "--force" in card
    assert "**Not run on a device**" in card
    assert "<table>" in (tmp_path / "card" / "card.html").read_text("utf-8")
    assert "<svg" in (tmp_path / "card" / "pareto.svg").read_text("utf-8")
    current = json.loads((tmp_path / "models" / "current.json").read_text("utf-8"))["version"]
    info = json.loads((tmp_path / "models" / current / "info.json").read_text("utf-8"))
    assert info["thresholds_kept"] is False


def test_what_was_not_verified_has_no_card(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="was not verified"):
        report([exported], tmp_path / "card")


def test_a_verification_of_other_bytes_does_not_count(verified: Path, tmp_path: Path) -> None:
    folder = tmp_path / "int8"
    shutil.copytree(verified, folder)
    made = result(folder)
    made["package_files"]["golden.json"] = "0" * 64
    (folder / RESULT).write_text(json.dumps(made))
    with pytest.raises(PackageError, match="exported again"):
        report([folder], tmp_path / "card")


def test_publishing_twice_gives_the_same_archive(verified: Path, tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text("# Card\n")
    versions = [publish(verified, card, tmp_path / name, kept=True) for name in ("a", "b")]
    assert versions[0] == versions[1]
    archives = [(tmp_path / name / versions[0] / "archive.zip").read_bytes() for name in ("a", "b")]
    assert archives[0] == archives[1]


def test_reliability() -> None:
    answered = [[0.95, True]] * 19 + [[0.95, False]] + [[0.15, False]] * 20
    made = reliability(answered)
    assert made is not None
    assert made["error"] == pytest.approx(0.075)
    assert made["coverage"] == pytest.approx(19 / 40)
    assert reliability([]) is None


def test_the_cost_grows_with_the_words(exported: Path) -> None:
    by_name = {cost.function: cost for cost in costs(Saved(exported / "HearthSmall.mlpackage"))}
    assert by_name["words_32"].operations < by_name["words_64"].operations
    assert by_name["words_64"].least_ms(10, 30) > 0


# On a Mac


def test_measuring_needs_a_mac(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    with pytest.raises(NeedsMac):
        measure(exported)
    assert "needs_macos" in run("measure", exported).output


class Predictor:
    """Core ML's own model on a Mac, by the interpreter."""

    def __init__(self, path: str, *, function_name: str, compute_units: Any) -> None:
        self.saved = Saved(Path(path))
        self.function = Interpreter(self.saved.functions[function_name], half=True)

    def get_spec(self) -> Any:
        return self.saved.spec

    def predict(self, inputs: dict[str, Any]) -> dict[str, Any]:
        assert {array.dtype.name for name, array in inputs.items() if name != "ids"} == {"float16"}
        return self.function.run(inputs)


def test_on_a_mac_the_real_thing_runs(exported: Path, cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "coreml_export.coreml.device.ct",
        SimpleNamespace(models=SimpleNamespace(MLModel=Predictor), ComputeUnit=ct.ComputeUnit),
    )
    read = Exported.read(exported)
    case = cases[0]
    found, wanted = (model.run(case.read, case.place.memory) for model in (read.on_device(), read.model(half=True)))
    assert all((getattr(found, name) == getattr(wanted, name)).all() for name in OUTPUTS)


class Plan:
    """What MLComputePlan says on a Mac."""

    def get_estimated_cost_for_mlprogram_operation(self, operation: str) -> Any:
        return None if operation == "const" else type("Cost", (), {"weight": 0.25})()

    def get_compute_device_usage_for_mlprogram_operation(self, operation: str) -> Any:
        device = type("MLNeuralEngineComputeDevice" if operation == "conv" else "MLCPUComputeDevice", (), {})()
        return type("Usage", (), {"preferred_compute_device": device})()


def test_what_is_placed_is_counted_by_its_cost() -> None:
    assert share_on_engine(Plan(), ["const", "gather", "conv", "conv", "conv"]) == 0.75
    assert share_on_engine(Plan(), ["const"]) == 0


def test_inputs_for_measuring_have_the_shapes_of_the_package(exported: Path) -> None:
    read = Exported.read(exported)
    spec = Saved(read.packages["words_32"]).spec
    inputs = inputs_like(spec, "words_32")
    assert inputs["ids"].shape == (1, 32, 12)
    assert {array.dtype.name for name, array in inputs.items() if name != "ids"} == {"float16"}
