"""Exporting: what is written, that it is the same each time, and what bad input comes to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from bridge.tiers.small.model import MANIFEST, digest
from coreml_export.cli import main
from coreml_export.coreml import exporting
from coreml_export.coreml.compress import Precision
from coreml_export.coreml.errors import ExportError, PackageError, WeightsError
from coreml_export.coreml.exported import Exported
from coreml_export.coreml.exporting import export, written_aside
from coreml_export.coreml.interpreter import Saved
from coreml_export.coreml.weights import FILE, Weights

Damage = Callable[[Path], object]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_an_export_has_all_that_an_app_needs(exported: Path, model: Path) -> None:
    names = {path.name for path in exported.iterdir()}
    assert names == {
        *("HearthSmall.mlpackage", "tokenizer.json", "labels.json", "calibration.json", "lexicon.json"),
        *("golden.json", "DECODING.md", "export.json"),
    }
    made = Exported.read(exported)
    assert set(made.packages) == {"rows", "words_32", "words_64"}
    saved = Saved(exported / "HearthSmall.mlpackage")
    assert set(saved.functions) == set(made.packages)
    about = saved.spec.description.metadata
    assert (about.license, about.versionString) == ("Apache-2.0", "test1")
    assert saved.metadata["weights_sha256"] == digest(model / FILE)
    assert json.loads(saved.metadata["labels"]) == read(exported / "labels.json")
    for function in saved.spec.description.functions:
        described = [*function.input, *function.output]
        assert all(feature.shortDescription for feature in described)
        kinds = {feature.type.multiArrayType.dataType for feature in described if feature.name != "ids"}
        assert kinds == {feature_type("FLOAT16")}


def feature_type(name: str) -> int:
    from coremltools.proto.FeatureTypes_pb2 import ArrayFeatureType

    return int(ArrayFeatureType.ArrayDataType.Value(name))


def test_the_same_weights_give_the_same_bytes(exported: Path, model: Path, tmp_path: Path) -> None:
    export(model, Precision.INT8, "iOS18", tmp_path / "again")
    assert read(tmp_path / "again" / "export.json") == read(exported / "export.json")


def test_what_is_there_is_kept_without_force(model: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    refused = run("export", "--weights", model, "--out", tmp_path)
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_force_writes_over(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "old").touch()
    refused = run("export", "--weights", model, "--out", out, "--force")
    assert (refused.exit_code, "something else" in refused.output) == (1, True)
    (out / "export.json").touch()
    done = run("export", "--weights", model, "--out", out, "--target", "iOS16", "--force")
    assert done.exit_code == 0, done.output
    assert not (out / "old").exists()
    assert {path.name for path in out.glob("*.mlpackage")} == {"HearthSmall.mlpackage", "HearthRows.mlpackage"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_unknown_target_is_named(model: Path, tmp_path: Path) -> None:
    refused = run("export", "--weights", model, "--out", tmp_path / "out", "--target", "iOS9")
    assert refused.exit_code == 1
    assert "iOS9" in refused.output
    assert "iOS18" in refused.output
    assert list(tmp_path.iterdir()) == []


def test_no_space_leaves_nothing(tmp_path: Path) -> None:
    def fill(folder: Path) -> dict[str, Any]:
        folder.mkdir()
        (folder / "part").write_bytes(b"some")
        raise OSError(28, "No space left on device")

    with pytest.raises(ExportError, match="No space left") as refused:
        written_aside(tmp_path / "out", fill)
    assert "Make room" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_survives_a_failure(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "export.json").touch()

    def fails(*_: Any) -> dict[str, str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write_packages", fails)
    with pytest.raises(ExportError):
        export(model, Precision.INT8, "iOS18", tmp_path / "out", force=True)
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "export.json"]


# Weights


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object], **told: str) -> None:
    """Change tensors and the manifest's hash with them, as somebody's own weights would be."""
    path = folder / FILE
    with safe_open(path, "np") as file:
        about = file.metadata()
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path, {**about, **told})
    seal(folder)


def seal(folder: Path) -> None:
    manifest = read(folder / MANIFEST)
    manifest["files"] = {name: digest(folder / name) for name in manifest["files"]}
    (folder / MANIFEST).write_text(json.dumps(manifest))


def other_labels(folder: Path) -> None:
    labels = read(folder / "labels.json")
    labels["nouns"].append("toaster")
    (folder / "labels.json").write_text(json.dumps(labels))
    seal(folder)


def other_tokenizer(folder: Path) -> None:
    content = read(folder / "tokenizer.json")
    content["trigram_buckets"] += 1
    (folder / "tokenizer.json").write_text(json.dumps(content))
    seal(folder)


def cut(folder: Path) -> None:
    path = folder / FILE
    path.write_bytes(path.read_bytes()[:-100])
    seal(folder)


BAD: list[tuple[str, str, Damage]] = [
    ("missing", "cannot be read", lambda folder: (folder / FILE).unlink()),
    ("truncated", "cannot be read", cut),
    ("changed", "not the file that the manifest names", lambda folder: (folder / FILE).write_bytes(b"other")),
    ("no manifest", "cannot be read", lambda folder: (folder / MANIFEST).unlink()),
    ("other labels", "other nouns", other_labels),
    ("other tokenizer", "ids, the weights have", other_tokenizer),
    (
        "not finite",
        "step.bias holds a number that is not finite",
        lambda folder: rewrite(folder, lambda t: t["step.bias"].__setitem__(0, np.nan)),
    ),
    (
        "another shape",
        "up.weight is",
        lambda folder: rewrite(
            folder, lambda t: t.update({"layers.0.up.weight": t["layers.0.down.weight"].copy()})
        ),
    ),
    ("a tensor too few", "norm.bias is in one", lambda folder: rewrite(folder, lambda t: t.pop("norm.bias"))),
    ("no sizes", "how large", lambda folder: rewrite(folder, lambda _: None, width="wide")),
    ("heads that do not share", "cannot be shared", lambda folder: rewrite(folder, lambda _: None, heads="7")),
]


@pytest.mark.parametrize(("words", "damage"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_weights_that_cannot_be_used(model: Path, tmp_path: Path, words: str, damage: Damage) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    damage(folder)
    with pytest.raises(WeightsError, match=words):
        Weights.read(folder)
    refused = run("export", "--weights", folder, "--out", tmp_path / "out")
    assert refused.exit_code == 1
    assert "bad_weights" in refused.output
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_own_weights_of_another_size_are_exported(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    rewrite(folder, lambda tensors: tensors.update({"step.bias": tensors["step.bias"] + 1}))
    done = run("export", "--weights", folder, "--out", tmp_path / "out", "--precision", "4bit")
    assert done.exit_code == 0, done.output
    assert read(tmp_path / "out" / "export.json")["weights_sha256"] == digest(folder / FILE)


# Damage on disk


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


INSIDE = "HearthSmall.mlpackage/Data/com.apple.CoreML"
DAMAGES: list[tuple[str, Damage]] = [
    ("weights", lambda folder: flip(folder / INSIDE / "weights" / "weight.bin")),
    ("program", lambda folder: flip(folder / INSIDE / "model.mlmodel")),
    ("tokenizer", lambda folder: flip(folder / "tokenizer.json")),
    ("a missing file", lambda folder: (folder / "golden.json").unlink()),
    ("no manifest", lambda folder: (folder / "export.json").unlink()),
    ("an empty manifest", lambda folder: (folder / "export.json").write_text("{}")),
]


@pytest.mark.parametrize("damage", [row[1] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_damage_on_disk_is_seen(exported: Path, tmp_path: Path, damage: Damage) -> None:
    folder = tmp_path / "exported"
    shutil.copytree(exported, folder)
    damage(folder)
    with pytest.raises(PackageError):
        Exported.read(folder)


def test_a_package_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.mlpackage").mkdir()
    with pytest.raises(PackageError, match="cannot be read"):
        Saved(tmp_path / "x.mlpackage")
    assert run("lint", tmp_path / "x.mlpackage").exit_code == 1
    assert run("lint", tmp_path / "nothing").exit_code == 1
