"""Training: what is learnt from, a tiny run that must learn, and one that is stopped and goes on."""

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import numpy as np
import pytest
import torch

from bridge.evaluation.predict import Scene
from bridge.tiers.small.labels import ACTIONS, NOUNS, STATES, STEPS, TEXTS
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.rows import RowKind
from bridge.tiers.small.words import MOST
from coreml_export.training.batches import Batches
from coreml_export.training.examples import encode, read_case
from coreml_export.training.loss import losses, run
from coreml_export.training.network import FAR, NAME_EXTRA, Network, Outputs, Shape
from coreml_export.training.shards import Shards, Source
from coreml_export.training.targets import NONE, Targets, Unlearnable, targets_of
from coreml_export.training.trainer import CHECKPOINT, OtherRun, Plan, Trainer
from tests.unit.conftest import Given, Tiny

SMALLEST = (16, 16, 24, 2, 1)


def network_of(tiny: Tiny) -> Shape:
    return Shape(tiny.tokenizer.size, *SMALLEST)


# Learning


def test_a_tiny_run_learns(tiny: Tiny) -> None:
    first, last = np.mean(tiny.losses[:5]), np.mean(tiny.losses[-10:])
    assert last < first / 3
    assert np.isfinite(tiny.losses).all()


def test_what_it_saw_it_gets_right_far_above_chance(tiny: Tiny) -> None:
    batches = Batches(tiny.examples, tiny.tokenizer, 32, 1)
    right = count = 0
    common: Counter[int] = Counter()
    for batch in batches.epoch(0):
        with torch.no_grad():
            out = run(tiny.network, batch)
        chosen = _pooled(out, batch).argmax(1)
        right += int((chosen == batch.right["action"]).sum())
        count += len(chosen)
        common.update(batch.right["action"].tolist())
    commonest = common.most_common(1)[0][1] / count
    assert right / count > 2 * commonest


def _pooled(out: Outputs, batch: Any) -> torch.Tensor:
    of, members = batch.right["of"], batch.right["members"]
    weights = torch.softmax(out.pool[of].masked_fill(~members, FAR), -1)
    scores = torch.einsum("cs,csk->ck", weights, out.action[of])
    own = scores[:, len(ACTIONS) :].masked_fill(batch.kinds[of] != RowKind.ACTION, FAR)
    return torch.cat([scores[:, : len(ACTIONS)], own], 1)


# Stopping and going on


class Stopped(Exception):
    """As a kill would."""


def test_a_run_that_was_stopped_ends_with_the_same_weights(tiny: Tiny, tmp_path: Path) -> None:
    plan = Plan(steps=14, batch=16, half=False, passes=1, save_every=4)
    few = replace(tiny.examples, cases=tiny.examples.cases[:60])
    shards: Any = Given(few, replace(few, cases=tiny.examples.cases[60:100]))

    def trainer(name: str) -> Trainer:
        (tmp_path / name).mkdir(exist_ok=True)
        return Trainer(tiny.tokenizer, network_of(tiny), plan, tmp_path / name)

    def stop(done: int, _loss: float) -> None:
        if done == 10:
            raise Stopped

    whole = trainer("whole")
    whole.train(shards)
    with pytest.raises(Stopped):
        trainer("stopped").train(shards, stop)
    going_on = trainer("stopped")
    assert going_on.resume()
    assert going_on.done == 8  # what was done after the last checkpoint is done again
    assert going_on.shard > 0
    going_on.train(shards)
    for mine, other in ((whole.network, going_on.network), (whole.average, going_on.average)):
        for name, tensor in mine.state_dict().items():
            assert torch.equal(tensor, other.state_dict()[name]), name


def test_another_plan_does_not_go_on_from_a_checkpoint(tiny: Tiny, tmp_path: Path) -> None:
    plan = Plan(steps=1, batch=4, half=False)
    shards: Any = Given(tiny.examples)
    first = Trainer(tiny.tokenizer, network_of(tiny), plan, tmp_path)
    assert not first.resume()
    first.train(shards)
    assert (tmp_path / CHECKPOINT).exists()
    for other in (replace(plan, rate=1.0), replace(plan, seed=7)):
        with pytest.raises(OtherRun, match="other settings"):
            Trainer(tiny.tokenizer, network_of(tiny), other, tmp_path).resume()


def test_a_run_may_go_on_with_other_threads_or_precision(tiny: Tiny, tmp_path: Path) -> None:
    plan = Plan(steps=1, batch=4, half=False)
    shards: Any = Given(tiny.examples)
    Trainer(tiny.tokenizer, network_of(tiny), plan, tmp_path).train(shards)
    assert Trainer(tiny.tokenizer, network_of(tiny), replace(plan, threads=2, half=True), tmp_path).resume()


def test_a_seed_begins_the_same_and_another_one_does_not(tiny: Tiny, tmp_path: Path) -> None:
    def begun(seed: int) -> torch.Tensor:
        made = Trainer(tiny.tokenizer, network_of(tiny), Plan(seed=seed), tmp_path)
        return made.network.action.weight.detach().clone()

    assert torch.equal(begun(1), begun(1))
    assert not torch.equal(begun(1), begun(2))


def test_known_vectors_are_where_training_begins(tiny: Tiny, tmp_path: Path) -> None:
    trainer = Trainer(tiny.tokenizer, network_of(tiny), Plan(), tmp_path)
    vectors = torch.arange(3 * 16.0).reshape(3, 16)
    trainer.start_from(vectors)
    for network in (trainer.network, trainer.average):
        assert torch.equal(network.table.weight[2:5], vectors)


# The network


def test_the_whole_network_has_few_parameters() -> None:
    network = Network(Shape(28_000))
    assert sum(parameter.numel() for parameter in network.parameters()) < 10_000_000


def test_padding_and_other_utterances_change_nothing(tiny: Tiny) -> None:
    batches = Batches(tiny.examples, tiny.tokenizer, 32, 1)
    by_length = sorted(tiny.examples.cases, key=lambda case: len(case.words))
    short, long = by_length[0], by_length[-1]
    with torch.no_grad():
        alone = run(tiny.network, batches.collate([short]))
        together = run(tiny.network, batches.collate([short, long]))
    s, r = len(short.words), len(short.rows)
    assert torch.allclose(alone.boundary[0, :s], together.boundary[0, :s], atol=1e-4)
    assert torch.allclose(alone.noun[0, :s], together.noun[0, :s], atol=1e-4)
    assert torch.allclose(alone.name[0, :s, : NAME_EXTRA + r], together.name[0, :s, : NAME_EXTRA + r], atol=1e-3)
    assert torch.allclose(alone.value[0, :, :s, :s], together.value[0, :, :s, :s], atol=1e-3)


def test_every_part_of_the_loss_is_there_and_counts(tiny: Tiny) -> None:
    batch = Batches(tiny.examples, tiny.tokenizer, 8, 1).collate(tiny.examples.cases[:8])
    parts = losses(run(tiny.network, batch), batch)
    assert parts.keys() == {
        *("boundary", "text", "pair", "action", "name", "place", "noun", "state", "step", "value"),
    }
    assert all(torch.isfinite(part) and part >= 0 for part in parts.values())


# Batches


def test_an_epoch_has_each_example_at_most_once_and_nearly_all(tiny: Tiny) -> None:
    batches = Batches(tiny.examples, tiny.tokenizer, 8, seed=3)
    seen = [index for batch in batches.order(0) for index in batch]
    assert len(set(seen)) == len(seen)
    assert len(seen) > 0.8 * len(tiny.examples.cases)
    assert batches.order(0) == Batches(tiny.examples, tiny.tokenizer, 8, seed=3).order(0)
    assert batches.order(0) != batches.order(1)
    assert sum(1 for _ in batches.epoch(0, skip=2)) == len(batches) - 2


# Targets


HOME = {
    "id": "home",
    "lang": "en",
    "floors": [],
    "areas": [{"id": "den", "name": "Den", "aliases": [], "floor": None}],
    "entities": [
        {"entity_id": "light.lamp", "name": "Lamp", "area": "den", "domain": "light", "state": "on"},
        {"entity_id": "climate.heat", "name": "Heater", "area": "den", "domain": "climate", "state": "heat"},
    ],
    "actions": [{"action": "feed_cat", "fields": {"grams": {"minimum": 1, "maximum": 90}}, "entity_ids": []}],
}


def learnt(said: str, calls: list[dict[str, Any]], *starts: int, reason: str = "", texts: Any = ()) -> Targets:
    """The targets of a sentence whose clauses begin at these characters."""
    clauses = [
        {"start": start, "calls": [number] if number < len(calls) else [], "reason": reason or None}
        for number, start in enumerate(starts or (0,))
    ]
    case = {
        "utterance": said, "lang": "en", "clauses": clauses, "texts": list(texts),
        "expected": {"kind": "action", "calls": calls}, "targets": [None] * len(calls),
    }  # fmt: skip
    scene = Scene.of(HOME)
    memory = Memory.of(scene.home, scene.registry)
    return targets_of(case, read_case(case, memory), memory)


def test_targets_of_two_clauses() -> None:
    made = learnt(
        "lamp to 40 percent and the heater warmer",
        [
            {"intent": "HassLightSet", "slots": {"name": "Lamp", "brightness": 40}},
            {"intent": "HassClimateSetTemperature", "slots": {"name": "Heater", "temperature_step": 2}},
        ],
        0,
        19,
    )
    assert list(made.boundary) == [1, 0, 0, 0, 1, 0, 0, 0]
    assert list(made.clause) == [0, 0, 0, 0, 1, 1, 1, 1]
    light, heat = made.clauses
    assert (ACTIONS[light.action], light.values, light.name) == ("HassLightSet", [(2, 0)], [1])
    assert (ACTIONS[heat.action], STEPS[heat.step], heat.values) == ("HassClimateSetTemperature", "+some", [])
    assert heat.place == [NONE]


@pytest.mark.parametrize(
    ("slots", "step"),
    [
        ({"temperature_step": 4}, "+lot"),
        ({"temperature_step": 1}, "+little"),
        ({"temperature_step": -2}, "-some"),
        ({"temperature_step": -4}, "-lot"),
    ],
)
def test_steps_without_a_number_have_sizes(slots: dict[str, Any], step: str) -> None:
    (made,) = learnt(
        "heater please", [{"intent": "HassClimateSetTemperature", "slots": {"name": "Heater", **slots}}]
    ).clauses
    assert STEPS[made.step] == step


def test_targets_of_scopes_states_texts_own_actions_and_refusals() -> None:
    (all_lights,) = learnt(
        "every light off", [{"intent": "HassTurnOff", "slots": {"name": "all", "domain": "light"}}]
    ).clauses
    assert (all_lights.name, NOUNS[all_lights.noun]) == ([-2], "light")
    (den,) = learnt(
        "is it on in the den",
        [{"intent": "HassGetState", "slots": {"area": "Den", "domain": "light", "state": "on"}}],
    ).clauses
    assert (den.place, STATES[den.state]) == ([0], "on")
    (feed,) = learnt("feed the cat 30", [{"action": "feed_cat", "slots": {"grams": 30}}]).clauses
    assert feed.action == len(ACTIONS) + 3
    assert feed.values == [(3, 0)]
    (gone,) = learnt("turn on the jacuzzi", [], reason="missing_name").clauses
    assert (ACTIONS[gone.action], gone.calls) == ("missing", False)
    spoken = learnt(
        "say dinner is ready",
        [{"intent": "HassBroadcast", "slots": {"message": "dinner is ready"}}],
        texts=[{"call": 0, "slot": "message", "start": 4, "end": 19}],
    )
    assert [TEXTS[tag] for tag in spoken.text] == ["", "message", "message", "message"]


@pytest.mark.parametrize(
    ("said", "calls", "why"),
    [
        ("lamp on", [{"intent": "HassMakeCoffee", "slots": {}}], "the intent"),
        ("lamp on", [{"intent": "HassTurnOn", "slots": {"name": "Jacuzzi"}}], "a thing"),
        ("lamp on", [{"intent": "HassTurnOn", "slots": {"area": "Attic"}}], "a place"),
        ("lamp on", [{"action": "unheard_of", "slots": {}}], "an own action"),
        ("lamp to 40", [{"intent": "HassLightSet", "slots": {"name": "Lamp", "brightness": 41}}], "a value"),
        ("lamp on", [{"intent": "HassTurnOn", "slots": {"domain": "submarine"}}], "the kind"),
    ],
)
def test_what_cannot_be_seen_is_not_learnt(said: str, calls: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(Unlearnable, match=why):
        learnt(said, calls)


def test_nearly_all_generated_cases_can_be_learnt_and_read_back(tiny: Tiny) -> None:
    assert sum(tiny.examples.skipped.values()) < 20
    assert all(0 < len(case.words) <= MOST for case in tiny.examples.cases)


# Shards


def test_shards_are_made_beside_and_are_as_the_source_has_them(tmp_path: Path) -> None:
    source = Source(4, 24, ("de",), 0.5)
    with Shards(source, tmp_path) as shards:
        made = shards.get(0, last=0)
    again = encode(source.cases(0))
    assert made.vocabulary.words == again.vocabulary.words
    assert [case.words.tolist() for case in made.cases] == [case.words.tolist() for case in again.cases]
    languages = {home["lang"] for home, _ in source.cases(0)}
    assert languages == {"en", "de"}
    assert json.dumps([cases for _, cases in source.cases(1)]) != json.dumps(
        [cases for _, cases in source.cases(0)]
    )


def test_the_worker_ends_with_a_training_that_is_killed(tmp_path: Path) -> None:
    begin = (
        "import os, sys, time; from pathlib import Path; from coreml_export.training.shards import Shards, Source\n"
        "shards = Shards(Source(4, 24), Path(sys.argv[1])); shards.get(0, last=0)\n"
        "print('made', flush=True); time.sleep(60)"
    )
    with Popen([sys.executable, "-c", begin, str(tmp_path)], stdout=PIPE, text=True) as training:
        assert training.stdout is not None
        assert training.stdout.readline() == "made\n"
        training.kill()
        # The worker has the same output: this ends when both have.
        training.communicate(timeout=20)
