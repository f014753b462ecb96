"""Checks a shortcut file for what Shortcuts would refuse, or would silently do wrong."""

import plistlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shortcuts.blocks import check_blocks, depths
from shortcuts.errors import BuildError
from shortcuts.references import texts, token_strings, variables
from shortcuts.schema import COMMON_KEYS, FLOW, PREFIX
from shortcuts.shapes import shape_problem
from shortcuts.specs import SPECS

SECRET = re.compile(r"\b(hb_[\w-]{8,}|sk-[\w-]{8,}|eyJ[\w-]{8,}\.[\w.-]+|(?=\w*\d)(?=\w*[A-Za-z])[\w-]{32,})")
"""What looks like a token: such a text in a file that is handed on would be a secret given away."""
_LOOP = re.compile(r"Repeat (Item|Index)( \d+)?")
_PLAIN_SOURCES = frozenset({"ExtensionInput", "Clipboard", "CurrentDate", "DeviceDetails"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, and where."""

    check: str
    """Stable: range, group, output, variable, question, secret, action, key, shape, file."""
    place: int
    """Index of the action; -1 for the file."""
    message: str

    def __str__(self) -> str:
        where = f"action {self.place}" if self.place >= 0 else "file"
        return f"{where}: {self.check}: {self.message}"


def validate(file: bytes) -> list[Finding]:
    """All findings in a file; none is the answer wanted.

    :raises BuildError: it is no property list of a shortcut.
    """
    try:
        plist = plistlib.loads(file)
        actions = plist["WFWorkflowActions"]
    except (plistlib.InvalidFileException, KeyError, ValueError) as error:
        raise BuildError(
            "This is no shortcut file", hint="A signed file cannot be read; check before signing."
        ) from error
    blocks = [Finding("group", place, message) for place, message in check_blocks(actions)]
    found = [*_file(plist), *_each(actions), *blocks, *_questions(plist, actions)]
    return found if blocks else [*found, *_order(actions)]


def _file(plist: Mapping[str, Any]) -> Iterator[Finding]:
    if plist.get("WFWorkflowMinimumClientVersion") != 900:
        yield Finding("file", -1, "WFWorkflowMinimumClientVersion is not 900: older phones refuse the file")
    uses_input = any(v["Type"] == "ExtensionInput" for v in variables(plist["WFWorkflowActions"]))
    if uses_input != plist.get("WFWorkflowHasShortcutInputVariables"):
        yield Finding("file", -1, "WFWorkflowHasShortcutInputVariables does not say whether the input is used")


def _each(actions: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, action in enumerate(actions):
        identifier, parameters = action["WFWorkflowActionIdentifier"], action["WFWorkflowActionParameters"]
        for check, message in _action(identifier, parameters):
            yield Finding(check, place, message)
        uuid = parameters.get("UUID")
        if uuid in seen:
            yield Finding("output", place, f"The UUID {uuid} is used twice")
        if uuid:
            seen.add(uuid)


def _action(identifier: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    spec = SPECS.get(identifier)
    if spec is None:
        yield "action", f"Unknown action {identifier}: the import would fail"
        return
    for key in sorted(set(parameters) - set(spec.keys) - COMMON_KEYS):
        yield "key", f"{identifier.removeprefix(PREFIX)} has no key {key}: it would be ignored"
    for key, value in parameters.items():
        if key in spec.keys and (problem := shape_problem(spec.keys[key], value)):
            yield "shape", f"{key}: {problem}"
    for token in token_strings(parameters):
        for miss in token.misses():
            yield "range", f"{miss} in {token.string!r}"
    for text in texts(_without_ids(parameters)):
        if SECRET.search(text):
            yield "secret", f"Looks like a token: {text[:12]}..."


def _without_ids(parameters: Mapping[str, Any]) -> Any:
    """The values, without UUIDs and variables: those are long words too."""

    def plain(node: Any) -> Any:
        if isinstance(node, Mapping):
            if node.get("WFSerializationType") == "WFTextTokenAttachment":
                return []
            dropped = ("UUID", "GroupingIdentifier", "attachmentsByRange", "Identifier")
            return {key: plain(value) for key, value in node.items() if key not in dropped}
        return [plain(value) for value in node] if isinstance(node, list) else node

    return plain(parameters)


def _order(actions: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Every output and variable stands before its use; loop variables stand inside their loop."""
    outputs: set[str] = set()
    named: set[str] = set()
    for place, (action, depth) in enumerate(zip(actions, depths(actions), strict=True)):
        parameters = action["WFWorkflowActionParameters"]
        for variable in variables(parameters):
            problem = _use(variable, outputs, named, depth)
            if problem:
                yield Finding(problem[0], place, problem[1])
        if action["WFWorkflowActionIdentifier"] == PREFIX + "setvariable":
            named.add(parameters["WFVariableName"])
        if action["WFWorkflowActionIdentifier"] not in FLOW and "UUID" in parameters:
            outputs.add(parameters["UUID"])


def _use(variable: Mapping[str, Any], outputs: set[str], named: set[str], depth: int) -> tuple[str, str] | None:
    kind = variable["Type"]
    if kind == "ActionOutput":
        known = variable["OutputUUID"] in outputs
        return None if known else ("output", f"No action before this one has UUID {variable['OutputUUID']}")
    if kind == "Variable":
        name = variable["VariableName"]
        loop = _LOOP.fullmatch(name)
        fine = int(loop.group(2) or 1) <= depth if loop else name in named
        return None if fine else ("variable", f"'{name}' is used before it is set")
    return None if kind in _PLAIN_SOURCES else ("variable", f"Unknown variable type {kind}")


def _questions(plist: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    for question in plist.get("WFWorkflowImportQuestions", []):
        place, key = question["ActionIndex"], question["ParameterKey"]
        known = 0 <= place < len(actions)
        action = actions[place] if known else {}
        if action.get("WFWorkflowActionIdentifier") != PREFIX + "gettext" or key != "WFTextActionText":
            yield Finding("question", place, f"'{question['Text']}' does not point at a Text action")
        elif question["DefaultValue"] != action["WFWorkflowActionParameters"][key]:
            yield Finding("question", place, f"'{question['Text']}' has another default than its action")
