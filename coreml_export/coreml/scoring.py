"""Scoring: whether calls are right, by what they come to in the home."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from actions.call import ToolCall
from actions.errors import CallRejected
from actions.planner import plan
from actions.risk import Rules
from coreml_export.coreml.cases import Case, as_call

_RULES = Rules()
_LATER = "conversation_command"
_MOST = 64
"""Ways in which the values of one case may be chosen."""


def right(case: Case, calls: Sequence[ToolCall]) -> bool:
    """Whether calls come to what one of the expected sets comes to."""
    came = come_to(case, calls)
    return any(came == come_to(case, wanted) for expected in case.right for wanted in _ways(expected))


def come_to(case: Case, calls: Sequence[ToolCall]) -> tuple[str, ...]:
    """What calls do and ask, each thing apart, in one order; a call that cannot be planned stands for itself."""
    return tuple(sorted(itertools.chain.from_iterable(_done(case, call) for call in calls)))


def _done(case: Case, call: ToolCall) -> Iterator[str]:
    place = case.place
    later = str(call.arguments.get(_LATER, "")).casefold()
    asked = {key: value for key, value in call.arguments.items() if key != _LATER}
    try:
        planned = plan(
            [ToolCall(name=call.name, arguments=asked)],
            registry=place.registry, home=place.home, rules=_RULES, here=case.context.area,
        )  # fmt: skip
    except CallRejected:
        yield _text(call.name, {key: str(value).casefold() for key, value in call.arguments.items()})
        return
    for step in planned.steps:
        targets = [target.entity_id for target in step.targets]
        what = [step.service.name, dict(step.service.data)] if step.service else [step.action.name, step.arguments]
        yield from (_text(*what, target, later) for target in targets or [""])
    for query in planned.queries:
        more = {k: v for k, v in query.arguments.items() if k not in {"name", "area", "floor", "domain", "device_class"}}
        yield _text(query.action.name, sorted(query.entities), more)


def _text(*parts: Any) -> str:
    return json.dumps(parts, sort_keys=True, default=str).casefold()


def _ways(calls: Sequence[Mapping[str, Any]]) -> Iterator[list[ToolCall]]:
    """The expected calls with each choice of values, where a slot says several."""
    made = [as_call(call) for call in calls]
    slots = [
        [(index, key, one) for one in value]
        for index, call in enumerate(made)
        for key, value in call.arguments.items()
        if isinstance(value, list)
    ]
    for chosen in itertools.islice(itertools.product(*slots), _MOST):
        changed = [dict(call.arguments) for call in made]
        for index, key, value in chosen:
            changed[index][key] = value
        yield [ToolCall(name=c.name, arguments=a) for c, a in zip(made, changed, strict=True)]
