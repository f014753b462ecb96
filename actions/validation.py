"""Checking a tool call's arguments against its action, with problems that a model can repair from."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from actions.action import Action
from actions.text import nearest

_CODES = {
    "missing": "missing_argument",
    "extra_forbidden": "unknown_argument",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "enum": "not_allowed",
    "literal_error": "not_allowed",
    "string_too_long": "too_long",
    "too_long": "too_long",
}


class Choice(BaseModel):
    """One way out of a problem: what a person may say, and the arguments that it stands for."""

    model_config = ConfigDict(frozen=True)

    label: str
    arguments: dict[str, Any]
    """Replaces these arguments of the call; null removes one."""


class Problem(BaseModel):
    """One thing that is wrong with a call."""

    model_config = ConfigDict(frozen=True)

    code: str
    """unknown_tool, unreadable_arguments, missing_argument, unknown_argument, out_of_range, not_allowed, ..."""
    path: str
    """Where: `calls[0].arguments.brightness`, relative to the call when checked alone."""
    message: str
    allowed: Any = None
    """What would be right: a list of values, a range, or a JSON Schema fragment."""
    nearest: list[str] = []
    """The names most like the one given."""
    choices: list[Choice] = []
    """What a person can choose from, where one answer settles it."""
    spoken: str | None = None
    """The word that was not found."""


def check(action: Action, arguments: dict[str, Any]) -> tuple[BaseModel | None, list[Problem]]:
    """Validate arguments; returns the parsed model, or None and every problem found.

    Null arguments count as left out: Shortcuts and several models send every field. Strings are read as numbers
    where a number is wanted, since a Shortcut's fields are all text.
    """
    given = {key: value for key, value in arguments.items() if value is not None}
    try:
        return action.parameters.model_validate(given), []
    except ValidationError as error:
        schema = action.schema()
        return None, [_problem(detail, schema) for detail in error.errors(include_url=False)]


def _problem(detail: ErrorDetails, schema: dict[str, Any]) -> Problem:
    path = _path(detail["loc"])
    name = str(detail["loc"][0]) if detail["loc"] else ""
    properties: dict[str, Any] = schema["properties"]
    code = _CODES.get(detail["type"], "wrong_type")
    if code == "unknown_argument":
        return Problem(
            code=code,
            path=path,
            message=f"There is no argument '{name}'",
            allowed=sorted(properties),
            nearest=nearest(name, properties),
        )
    field = properties.get(name, {})
    if code == "missing_argument":
        return Problem(code=code, path=path, message=f"The argument '{name}' is missing", allowed=field)
    return Problem(
        code=code if name else "inconsistent",
        path=path,
        message=f"{name}: {detail['msg']}" if name else detail["msg"],
        allowed=_allowed(field),
        nearest=_nearest_allowed(detail["input"], field),
    )


def _nearest_allowed(given: Any, field: dict[str, Any]) -> list[str]:
    return nearest(given[:100], [str(value) for value in field.get("enum", [])]) if isinstance(given, str) else []


def _path(loc: Sequence[int | str]) -> str:
    # Behind the argument's name, pydantic names the branch of a union, which is nothing that was sent.
    return "arguments" + "".join([f".{loc[0]}" if loc else "", *(f"[{i}]" for i in loc[1:] if isinstance(i, int))])


def _allowed(field: dict[str, Any]) -> Any:
    if "enum" in field:
        return field["enum"]
    return {key: value for key, value in field.items() if key != "description"} or None
