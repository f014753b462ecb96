"""The tools that a model is offered: the same few for every request and home, so that vendors' caches keep them.

Acts are external tools: a run of the agent ends with them, and the bridge plans, judges and performs them. Only
what reads is run in between.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_ai import RunContext, Tool, ToolReturn
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import ExternalToolset, FunctionToolset

from actions.action import Action
from actions.catalog.intents import CLOCK, HOME
from bridge.tiers.cloud.job import Job
from bridge.tiers.cloud.prompt import data
from bridge.tiers.cloud.reading import Reader

CORE = (
    "HassTurnOn",
    "HassTurnOff",
    "HassLightSet",
    "HassClimateSetTemperature",
    "HassListAddItem",
)
"""Actions that are tools of their own; all others are found when they are needed, and called through `do`."""
QUESTION = "HassGetState"
KNOWN = frozenset({*CORE, QUESTION})
DO, ASK, NOT_SURE = "do", "ask_person", "not_sure"
_TEXT = {"type": "string"}


def _schema(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _tool(action: Action) -> ToolDefinition:
    return ToolDefinition(
        name=action.name, description=action.description, parameters_json_schema=_brief(action), strict=False
    )


def _brief(action: Action) -> dict[str, Any]:
    """An action's arguments in as few tokens as they can be told in; the registry checks them in full."""
    schema = action.schema()
    properties = {name: {"type": _kind(spec)} for name, spec in schema["properties"].items()}
    return {"type": "object", "properties": properties, "required": schema.get("required", [])}


def _kind(spec: Mapping[str, Any]) -> str:
    return str(spec.get("type") or spec["anyOf"][0]["type"])


_OWN = (
    ToolDefinition(
        name=DO,
        description='Carries out an action of the "actions" lines, with its arguments.',
        parameters_json_schema=_schema(
            ("action",), action=_TEXT, arguments={"type": "object", "additionalProperties": True}
        ),
        strict=False,
    ),
    ToolDefinition(
        name=ASK,
        description="Asks the person back; ends your turn.",
        parameters_json_schema=_schema(("question",), question=_TEXT, options={"type": "array", "items": _TEXT}),
        strict=False,
    ),
    ToolDefinition(
        name=NOT_SURE,
        description="Says that you do not know what is meant, or that no tool can do it.",
        parameters_json_schema=_schema(("reason",), reason=_TEXT),
        strict=False,
    ),
)


def acting() -> ExternalToolset[Job]:
    """What changes something, or ends the model's turn."""
    intents = {action.name: action for action in (*HOME, *CLOCK)}
    return ExternalToolset([*(_tool(intents[name]) for name in CORE), *_OWN], id="acts")


def reading(reader: Reader) -> FunctionToolset[Job]:
    """What only looks."""

    async def find(ctx: RunContext[Job], **given: Any) -> str:
        return data("home", reader.find(ctx.deps, str(given.get("words", ""))))

    async def read(ctx: RunContext[Job], **given: Any) -> ToolReturn | str:
        source, said, picture = await reader.read(ctx.deps, _plain(given))
        return ToolReturn(data(source, said), content=[picture]) if picture else data(source, said)

    asked = next(action for action in HOME if action.name == QUESTION)
    tools: list[Tool[Job]] = [
        Tool.from_schema(
            find,
            "find",
            "Finds devices, rooms and actions by words.",
            _schema(("words",), words=_TEXT),
            takes_ctx=True,
        ),
        Tool.from_schema(
            read,
            "read",
            "Reads states, the entries of a list or calendar, or what a camera sees now.",
            _brief(asked),
            takes_ctx=True,
        ),
    ]
    return FunctionToolset(tools, id="reads", max_retries=1)


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}
