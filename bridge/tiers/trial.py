"""A trial: whether a call could be carried out in the home, and on what; nothing is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from actions.action import Risk
from actions.call import ToolCall
from actions.errors import CallRejected
from actions.home import Home
from actions.planner import plan
from actions.registry import Registry
from actions.risk import Rules

_RULES = Rules()
_LATER = "conversation_command"


@dataclass(frozen=True, slots=True)
class Trial:
    """What would come of a call."""

    targets: tuple[str, ...] = ()
    """Entity ids that it would touch or ask about."""
    problem: str = ""
    """The planner's code, where it cannot be carried out."""
    risk: Risk = Risk.SAFE


def trial(call: ToolCall, registry: Registry, home: Home, here: str | None) -> Trial:
    """Plan one call on the home as it is.

    What is refused only because of how a thing stands now (unavailable, or off) is no problem of the call.
    """
    asked = {key: value for key, value in _absolute(call, registry).items() if key != _LATER}
    try:
        planned = plan(
            [call.model_copy(update={"arguments": asked})], registry=registry, home=home, rules=_RULES, here=here
        )
    except CallRejected as rejected:
        return Trial(problem=rejected.problems[0].code)
    refused = {each.reason for step in planned.steps for each in step.refused}
    steps = [target.entity_id for step in planned.steps for target in step.targets]
    asked_about = [entity for query in planned.queries for entity in query.entities]
    if refused == {"unsupported"} and not steps:
        return Trial(problem="unsupported")
    standing = [each.entity_id for step in planned.steps for each in step.refused if each.reason != "unsupported"]
    return Trial((*steps, *asked_about, *standing), risk=planned.risk)


def _absolute(call: ToolCall, registry: Registry) -> Mapping[str, Any]:
    """The arguments without steps of an own action, whose level now nobody knows: its least stands for them."""
    action = registry.get(call.name)
    if action is None or action.service is None:
        return call.arguments
    fields = schema_of(action.parameters).get("properties", {})
    made: dict[str, Any] = {}
    for key, value in call.arguments.items():
        base = key.removesuffix("_step")
        stands = base != key and base in fields
        made[base if stands else key] = _least(fields[base]) if stands else value
    return made


@lru_cache(maxsize=1024)
def schema_of(parameters: type[BaseModel]) -> Mapping[str, Any]:
    """The JSON Schema of an action's arguments."""
    schema: Mapping[str, Any] = parameters.model_json_schema()
    return schema


def _least(field: Mapping[str, Any]) -> Any:
    kinds = [field, *field.get("anyOf", ())]
    return next((kind["minimum"] for kind in kinds if "minimum" in kind), 0)


def options_of(described: Mapping[str, Any]) -> tuple[Sequence[str], str]:
    """The options of a field, or what type it is."""
    kinds = [described, *described.get("anyOf", ())]
    for kind in kinds:
        if "enum" in kind:
            return [str(option) for option in kind["enum"]], "string"
        if "const" in kind:
            return [str(kind["const"])], "string"
    return (), next((str(kind["type"]) for kind in kinds if kind.get("type") not in {None, "null"}), "string")
