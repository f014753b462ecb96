"""The model's files: packed as the network is, checked, and refused where they are not what they should be."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from bridge.evaluation.predict import Scene
from bridge.tiers.base import Utterance
from bridge.tiers.small.clauses import choices_of
from bridge.tiers.small.errors import ModelError
from bridge.tiers.small.features import Context, features_of
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.model import FILES, LABELS, MANIFEST, OUTPUTS, Model, Said, digest
from bridge.tiers.small.tier import SmallTier
from bridge.tiers.small.words import Word
from coreml_export.training.batches import Batches
from coreml_export.training.examples import encode, read_case
from coreml_export.training.loss import run
from coreml_export.training.network import FAR
from coreml_export.training.pack import rounded, seal
from coreml_export.training.shards import Source
from tests.unit.conftest import Tiny


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


# Packing


def test_the_hub_says_what_the_network_says(tiny: Tiny, model_folder: Path) -> None:
    """Words, rows, features and heads, from text to choice, against torch on the same cases."""
    model, network = Model(model_folder), rounded(tiny.network)
    agreed = []
    for home, cases in Source(1, 90).cases(0):
        scene = Scene.of(home)
        memory = Memory.of(scene.home, scene.registry)
        for case in cases:
            examples = encode([(home, [case])])
            if not examples.cases:
                continue
            with torch.no_grad():
                out = run(network, Batches(examples, tiny.tokenizer, 1, 1).collate(examples.cases))
            there = Said(*(part[0].numpy() for part in out))
            read = read_case(case, memory)
            here = model.run(read, memory)
            for name in OUTPUTS:
                theirs, mine = getattr(there, name), getattr(here, name)
                open_to_choice = theirs > FAR / 2
                assert mine.shape == theirs.shape, name
                assert np.abs(mine - theirs)[open_to_choice].max() < 0.3 * theirs[open_to_choice].std() + 0.3, name
            agreed.append(
                choices_of(here, read, memory)[0].action.index == choices_of(there, read, memory)[0].action.index
            )
    assert len(agreed) > 20
    assert np.mean(agreed) > 0.9


@pytest.mark.parametrize("word", ["on", "kitchen", "lights", "zzyzx", "küche", "%", "21.5", "a" * 90])
def test_the_hub_has_the_networks_vectors(tiny: Tiny, model_folder: Path, word: str) -> None:
    # One id or twelve: what stands where no id is must be the same on both sides.
    ids = torch.from_numpy(tiny.tokenizer.ids(word).astype(np.int64))[None]
    there = rounded(tiny.network).embed(ids)[0].detach().numpy()
    (here,) = Model(model_folder).vectors([Word(word, 0, len(word), after_break=False)])
    assert np.abs(here - there).max() < 1e-4


def test_eight_bits_keep_the_table(tiny: Tiny) -> None:
    exact, kept = (network.table.weight.detach() for network in (tiny.network, rounded(tiny.network)))
    off = (kept - exact).abs().amax(1) / exact.abs().amax(1)
    assert float(off.max()) < 0.006
    assert torch.allclose(rounded(rounded(tiny.network)).table.weight, kept, atol=1e-3)  # packed again


def test_the_files_are_small_and_tell_nothing_of_who_made_them(model_folder: Path) -> None:
    for path in model_folder.glob("*.onnx"):
        nodes = onnx.load(path).graph.node
        assert not [node.name for node in nodes if node.metadata_props or node.doc_string]
        assert b"site-packages" not in path.read_bytes()
    manifest = json.loads((model_folder / MANIFEST).read_text())
    assert manifest["files"].keys() == set(FILES)
    assert manifest["files"]["small.onnx"] == digest(model_folder / "small.onnx")


def test_any_number_of_words_and_rows_can_be_read(model_folder: Path) -> None:
    model = Model(model_folder)
    for said, home in (("on", {"id": "none"}), ("light " * 64, {"id": "none"})):
        scene = Scene.of(home)
        memory = Memory.of(scene.home, scene.registry)
        out = model.run(features_of(said, memory, Context()), memory)
        assert all(np.isfinite(getattr(out, name)).all() for name in OUTPUTS)
        assert memory.embedded is not None
        assert memory.embedded.shape == (0, model.row_width)


# Refusing


def _missing(folder: Path) -> None:
    (folder / "small.onnx").unlink()


def _truncated(folder: Path) -> None:
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def _changed(folder: Path) -> None:
    path = folder / "calibration.json"
    path.write_text(path.read_text().replace("5.0", "9.0"))


def _no_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _no_json(folder: Path) -> None:
    (folder / MANIFEST).write_text("{")


def _a_list(folder: Path) -> None:
    (folder / MANIFEST).write_text("[]")


def _no_hashes(folder: Path) -> None:
    (folder / MANIFEST).write_text(json.dumps({"version": "1", "files": []}))


def _no_version(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({"files": manifest["files"]}))


def _other_labels(folder: Path) -> None:
    labels = {key: list(values) for key, values in LABELS.items()}
    labels["actions"][0] = "HassDance"
    (folder / "labels.json").write_text(json.dumps(labels))
    _sealed(folder)


def _other_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text(json.dumps({"pieces": ["on"], "trigram_buckets": 5}))
    _sealed(folder)


def _sealed(folder: Path) -> None:
    seal(folder, json.loads((folder / "calibration.json").read_text()), "other")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_missing, "small.onnx"),
        (_truncated, "weights.safetensors"),
        (_changed, "its hash differs"),
        (_no_manifest, MANIFEST),
        (_no_json, "cannot be read"),
        (_a_list, "cannot be read"),
        (_no_hashes, "cannot be read"),
        (_no_version, "version"),
        (_other_labels, "other actions"),
        (_other_tokenizer, "the table"),
        (shutil.rmtree, "cannot be read"),
    ],
)
def test_files_that_are_not_what_they_should_be(folder: Path, spoil: Callable[[Path], None], told: str) -> None:
    spoil(folder)
    with pytest.raises(ModelError, match=told) as raised:
        Model(folder)
    assert raised.value.code == "bad_model"
    assert raised.value.hint


def test_a_model_for_other_features_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a model of an earlier version is, whose files are as they should be."""
    monkeypatch.setattr("bridge.tiers.small.model.ROW_WIDTH", 4)
    with pytest.raises(ModelError, match=r"other features .*marks"):
        Model(folder)


def test_a_model_without_calibration_is_no_tier(folder: Path) -> None:
    seal(folder, {}, "raw")
    with pytest.raises(ModelError, match="not calibrated"):
        SmallTier(Model(folder))


def test_a_calibration_of_another_version_is_no_tier(folder: Path) -> None:
    kept = json.loads((folder / "calibration.json").read_text())
    for other in ({**kept, "marks": [*kept["marks"], "all_squared"]}, {**kept, "pairs": None}):
        seal(folder, {key: value for key, value in other.items() if value is not None}, "old")
        with pytest.raises(ModelError, match="another version"):
            SmallTier(Model(folder))


async def test_the_tier_reads_with_the_packed_model(model_folder: Path) -> None:
    scene = Scene.of(
        {
            "id": "home",
            "areas": [{"id": "den", "name": "Den"}],
            "entities": [{"entity_id": "light.lamp", "name": "Lamp", "area": "den", "state": "off"}],
        }
    )
    tier = SmallTier(Model(model_folder))
    understood = await tier.understand(Utterance("turn on the lamp"), scene.home, scene.registry)
    assert understood.trace["model"] == "tiny"
    assert 0 <= understood.trace["probability"] <= 1
