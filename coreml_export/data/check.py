"""Checking: every case's calls go through the planner, which must come to exactly the things that are meant."""

from collections.abc import Sequence

from actions.call import ToolCall
from actions.errors import CallRejected
from actions.planner import plan
from actions.risk import Rules
from coreml_export.data.case import Case, Wanted
from coreml_export.data.scene import Scene

_RULES = Rules()
_COMMAND = "conversation_command"


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
        touched = _touched([call], case, scene)
    except CallRejected as rejected:
        problem = rejected.problems[0]
        raise WrongCase(f"{call.name}: {problem.code}: {problem.message}") from rejected
    if call.targets is not None and touched != call.targets:
        raise WrongCase(f"{call.name}: planned for {sorted(touched)}, meant {sorted(call.targets)}")


def _refused(call: Wanted, case: Case, scene: Scene) -> None:
    try:
        touched = _touched([call], case, scene)
    except (CallRejected, WrongCase):
        return
    raise WrongCase(f"{call.name}: can be done, on {sorted(touched)}")


def _touched(calls: Sequence[Wanted], case: Case, scene: Scene) -> frozenset[str]:
    asked = [
        ToolCall(name=call.name, arguments={key: value for key, value in call.slots.items() if key != _COMMAND})
        for call in calls
    ]
    planned = plan(asked, registry=scene.registry, home=scene.home, rules=_RULES, here=case.area)
    if any(step.refused for step in planned.steps):
        raise WrongCase("refused in part")
    steps = {target.entity_id for step in planned.steps for target in step.targets}
    return frozenset(steps | {entity for query in planned.queries for entity in query.entities})
