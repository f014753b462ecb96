"""Our files and our table against shortcutkit, whose data is taken from Apple's own frameworks."""

import warnings
from typing import Any

import pytest

from shortcuts.made import made
from shortcuts.schema import CONDITIONS, FLOW, PREFIX, Kind
from shortcuts.specs import SPECS
from shortcuts.texts import TEXTS
from shortcuts.workflow import Workflow

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # it leaves a file of its own open while it is imported
    import shortcutkit  # type: ignore[import-untyped]

KINDS = {
    Kind.TEXT: {"text", "string"},
    Kind.PICKER: {"picker", "any"},
    Kind.SUBJECT: {"subject"},
    Kind.DICTIONARY: {"dictionary"},
    Kind.NUMBER: {"number"},
    Kind.BOOL: {"bool", "plainNumber"},
    Kind.CHOICE: {"string"},
    Kind.PLAIN: {"plainString", "plainNumber"},
    Kind.QUANTITY: {"quantity"},
    Kind.ITEMS: {"any"},
    Kind.ANY: {"any"},
}


def findings(workflow: Workflow) -> list[str]:
    """What shortcutkit says of a shortcut: every action again, through its own checks."""
    found = []
    for place, action in enumerate(workflow.actions):
        try:
            _again(action)
        except ValueError as error:
            found.append(f"{place}: {error}")
    return found


def _again(action: dict[str, Any]) -> None:
    identifier = action["WFWorkflowActionIdentifier"]
    if identifier not in shortcutkit.ACTIONS:
        raise ValueError(f"unknown action {identifier}")
    parameters = action["WFWorkflowActionParameters"]
    # It takes a bool for the switch that it lists as a number.
    values = {key: int(value) if key == "ShowHeaders" else value for key, value in parameters.items()}
    shortcutkit.Shortcut("x").action(identifier, **values)
    for key, choices in (shortcutkit.PARAM_CHOICES.get(identifier) or {}).items():
        value = parameters.get(key)
        if isinstance(value, str) and value not in choices:
            raise ValueError(f"{identifier}.{key}: {value!r} is none of {choices}")


@pytest.mark.parametrize("locale", TEXTS)
def test_shortcutkit_finds_nothing(locale: str) -> None:
    assert [finding for workflow in made(locale) for finding in findings(workflow)] == []


@pytest.mark.parametrize(
    "parameters",
    [{"WFTextActionTexts": "x"}, {"WFTextActionText": 5}],
)
def test_the_oracle_bites(parameters: dict[str, Any]) -> None:
    flow = Workflow("T", "1")
    flow.actions.append(
        {"WFWorkflowActionIdentifier": PREFIX + "gettext", "WFWorkflowActionParameters": parameters}
    )
    assert findings(flow)


@pytest.mark.parametrize("identifier", SPECS)
def test_names_and_outputs_are_apples(identifier: str) -> None:
    theirs = shortcutkit.ACTIONS[identifier]
    assert SPECS[identifier].name == theirs["name"]
    if identifier not in FLOW:
        assert SPECS[identifier].output == theirs["output"]


@pytest.mark.parametrize("identifier", SPECS)
def test_keys_kinds_and_choices_are_apples(identifier: str) -> None:
    kinds = shortcutkit.PARAM_KINDS[identifier]
    choices = shortcutkit.PARAM_CHOICES.get(identifier) or {}
    for name, key in SPECS[identifier].keys.items():
        assert name in kinds, name
        if kinds[name] != "any":
            assert kinds[name] in KINDS[key.kind], name
        if key.choices and name in choices:
            assert set(key.choices) <= set(choices[name]), name


def test_the_alarm_is_the_clocks() -> None:
    for identifier, spec in SPECS.items():
        theirs = shortcutkit.ACTIONS[identifier].get("descriptor")
        assert spec.descriptor == (theirs if not identifier.startswith(PREFIX) else None)


def test_condition_codes_are_shortcutkits() -> None:
    assert set(CONDITIONS) <= set(shortcutkit.CONDITION.values())
    assert shortcutkit.CONDITION["does_not_contain"] == 999


def test_variables_stand_only_where_the_engine_reads_them() -> None:
    for workflow in made():
        for action in workflow.actions:
            restricted = shortcutkit.PARAM_VARIABLE_TYPES.get(action["WFWorkflowActionIdentifier"]) or {}
            for key, allowed in restricted.items():
                value = action["WFWorkflowActionParameters"].get(key)
                if isinstance(value, dict) and value.get("WFSerializationType") == "WFTextTokenAttachment":
                    assert value["Value"]["Type"] in allowed, key
