"""Checking: every case's calls go through the planner, which must come to exactly the things that are meant."""

from typing import Any

from actions.call import ToolCall
from actions.errors import CallRejected
from actions.planner import plan
from actions.risk import Rules
from coreml_export.data.case import Case, Wanted
from coreml_export.data.scene import Scene

_RULES = Rules()
_COMMAND = "conversation_command"
_WHICH = frozenset({"name", "area"})


class WrongCase(Exception):
    """The calls do not mean what the words say."""


def check(case: Case, scene: Scene) -> None:
    """Plan the case.

    :raises WrongCase: with what is wrong.
    """
    if case.kind == "unsupported" and case.calls:
        raise WrongCase("calls where nothing can be done")
    if case.kind != "unsupported" and not case.calls:
        raise WrongCase("no calls")
    with scene.standing(case.states):
        for call in (*case.calls, *case.previous):
            _right(call, case, scene)
        for call in case.denied:
            _refused(call, case, scene)


def _right(call: Wanted, case: Case, scene: Scene) -> None:
    try:
        touched = _touched(call, case, scene)
    except CallRejected as rejected:
        problem = rejected.problems[0]
        raise WrongCase(f"{call.name}: {problem.code}: {problem.message}") from rejected
    if call.targets is not None and touched != call.targets:
        raise WrongCase(f"{call.name}: planned for {sorted(touched)}, meant {sorted(call.targets)}")


def _refused(call: Wanted, case: Case, scene: Scene) -> None:
    try:
        touched = _touched(call, case, scene)
    except (CallRejected, WrongCase):
        return
    raise WrongCase(f"{call.name}: can be done, on {sorted(touched)}")


def _touched(call: Wanted, case: Case, scene: Scene) -> frozenset[str]:
    if call.own:
        return _own(call, scene)
    asked = [
        ToolCall(name=call.name, arguments={key: value for key, value in call.slots.items() if key != _COMMAND})
    ]
    planned = plan(asked, registry=scene.registry, home=scene.home, rules=_RULES, here=case.area)
    if any(step.refused for step in planned.steps):
        raise WrongCase("refused in part")
    steps = {target.entity_id for step in planned.steps for target in step.targets}
    return frozenset(steps | {entity for query in planned.queries for entity in query.entities})


def _own(call: Wanted, scene: Scene) -> frozenset[str]:
    """What an own action would be called for: the one thing of that name and room, of those that can do it."""
    row = scene.own[call.name]
    values = {key: value for key, value in call.slots.items() if key not in _WHICH}
    for slot, value in values.items():
        declared = row["fields"].get(slot.removesuffix("_step"))
        if declared is None or not _takes(declared, value, step=slot.endswith("_step")):
            raise WrongCase(f"{call.name}: it takes no {slot} {value}")
    if "name" not in call.slots:
        return frozenset(row["entity_ids"])
    found = scene.bearers(call.slots["name"], None)
    if "area" in call.slots:
        rooms = {area.id for area in scene.areas if area.name == call.slots["area"]}
        found = [entity for entity in found if entity.area in rooms]
    if len(found) != 1 or found[0].id not in row["entity_ids"]:
        raise WrongCase(f"{call.name}: means {[entity.id for entity in found]}")
    return frozenset({found[0].id})


def _takes(declared: dict[str, Any], value: Any, *, step: bool) -> bool:
    if "enum" in declared:
        return not step and value in declared["enum"]
    return isinstance(value, int) and (step or declared["minimum"] <= value <= declared["maximum"])
