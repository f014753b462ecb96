"""Predicting: what the local tiers would call for each case of an evaluation."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions.call import ToolCall
from actions.catalog import build_registry
from actions.errors import HearthError
from actions.home import Home, State
from actions.registry import Registry
from bridge.evaluation.homes import as_actions, as_home
from bridge.tiers.base import SURE, Kind, Tier, Understanding, Utterance
from bridge.tiers.trial import trial

Case = Mapping[str, Any]


class BadEvaluation(HearthError):
    """A file of homes or cases cannot be used."""

    code = "bad_evaluation"
    hint = "JSON, one object a line; docs/small-tier.md has the format."


@dataclass(slots=True)
class Scene:
    """One home, as the tiers see it."""

    home: Home
    registry: Registry
    own: frozenset[str]
    states: Mapping[str, State] = field(init=False)

    def __post_init__(self) -> None:
        """Keep the states to come back to."""
        self.states = dict(self.home.states)

    @classmethod
    def of(cls, made: Mapping[str, Any]) -> "Scene":
        """From the home's JSON."""
        own = as_actions(made.get("actions") or [])
        home = as_home(made)
        return cls(home, build_registry(home, own), frozenset(action.name for action in own))

    def stand(self, changed: Mapping[str, Any]) -> None:
        """Let the home be in the states of a case."""
        states = dict(self.states)
        for entity_id, state in changed.items():
            before = states.get(entity_id, State("unknown"))
            said = before.state if state.get("state") is None else str(state["state"])
            states[entity_id] = State(said, {**before.attributes, **(state.get("attributes") or {})})
        self.home.states = states


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines.

    :raises BadEvaluation: it cannot be read.
    """
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise BadEvaluation(f"{path} cannot be read: {error}") from error


def utterance_of(case: Case) -> Utterance:
    """What a tier is given of a case."""
    context = case.get("context") or {}
    previous = tuple(
        ToolCall(name=call.get("intent") or call["action"], arguments=call.get("slots") or {})
        for call in context.get("previous") or []
    )
    return Utterance(case["utterance"], case.get("lang") or "en", context.get("area"), None, previous)


async def predict(
    tier: Tier,
    homes: Iterable[Mapping[str, Any]],
    cases: Iterable[Case],
    progress: Callable[[int], object] = int,
) -> list[dict[str, Any]]:
    """A prediction for each case, in the format of the evaluation.

    :param progress: is told how many cases were read.
    :raises BadEvaluation: a case is said in a home that is not there.
    """
    by_id = {home["id"]: home for home in homes}
    scenes: dict[str, Scene] = {}
    made = []
    for case in cases:
        name = case["home_ref"]
        if name not in by_id:
            raise BadEvaluation(f"The case {case['id']} is said in the home {name}, which no file has")
        if name not in scenes:
            scenes[name] = Scene.of(by_id[name])
            # A home is got to know once, when it changes; a request does not wait for that.
            await tier.understand(
                Utterance("hello", case.get("lang") or "en"), scenes[name].home, scenes[name].registry
            )
        made.append(await _one(tier, scenes[name], case))
        progress(1)
    return made


async def _one(tier: Tier, scene: Scene, case: Case) -> dict[str, Any]:
    scene.stand(case.get("state") or {})
    utterance = utterance_of(case)
    since = time.perf_counter()
    understood = await tier.understand(utterance, scene.home, scene.registry)
    calls = planned_calls(understood, utterance, scene)
    spent = (time.perf_counter() - since) * 1000
    sure = understood.confidence >= SURE
    return {
        "id": case["id"],
        "calls": calls,
        "abstain": not calls or not sure,
        "confidence": understood.trace.get("probability", understood.confidence),
        "latency_ms": round(spent, 3),
    }


def planned_calls(understood: Understanding, utterance: Utterance, scene: Scene) -> list[dict[str, Any]]:
    """The calls that can be carried out as they are, with their targets."""
    if understood.kind is not Kind.CALLS:
        return []
    tried = [(call, trial(call, scene.registry, scene.home, utterance.area)) for call in understood.calls]
    return as_calls([(call, result.targets) for call, result in tried if not result.problem], scene)


def as_calls(calls: Iterable[tuple[ToolCall, Sequence[str]]], scene: Scene) -> list[dict[str, Any]]:
    """Calls and what they touch, in the format of the evaluation."""
    return [
        {
            "action" if call.name in scene.own else "intent": call.name,
            "slots": call.arguments,
            **({"targets": list(targets)} if targets else {}),
        }
        for call, targets in calls
    ]
