"""A user's own actions come from a small file, or the file's fault is named."""

from pathlib import Path

import pytest

from actions.action import Action, Risk
from actions.catalog import build_registry
from actions.catalog.own import load
from actions.errors import CatalogError
from tests.unit.homes import call, small_home

GOOD = """
actions:
  - name: water_roses
    description: Waters the roses.
    service: switch.turn_on
    targets: [switch.pump]
    examples: [water the roses]
    risk: sensitive
  - name: tell_phone
    description: Sends a message to the phone.
    service: notify.mobile_app_phone
    data: {title: Home, nested: {list: [1, 2.5, null, true]}}
    parameters:
      message: {description: What to say.}
      level: {enum: [low, high], required: false}
      times: {type: integer, minimum: 1, maximum: 5, required: false}
      share: {type: number, required: false}
      json: {type: boolean, required: false}
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "own.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def by_name(folder: Path, text: str) -> dict[str, Action]:
    return {action.name: action for action in load(written(folder, text))}


def test_a_good_file(tmp_path: Path) -> None:
    actions = by_name(tmp_path, GOOD)
    roses, tell = actions["water_roses"], actions["tell_phone"]
    assert (roses.service, roses.targets, roses.risk) == ("switch.turn_on", ("switch.pump",), Risk.SENSITIVE)
    assert roses.examples == ("water the roses",)
    assert not roses.reads_only
    assert tell.fixed["nested"] == {"list": [1, 2.5, None, True]}
    assert tell.schema() == {
        "type": "object",
        "additionalProperties": False,
        "required": ["message"],
        "properties": {
            "message": {"type": "string", "maxLength": 1000, "description": "What to say."},
            "level": {"type": "string", "enum": ["low", "high"]},
            "times": {"type": "integer", "minimum": 1, "maximum": 5},
            "share": {"type": "number"},
            "json": {"type": "boolean"},
        },
    }


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ({"message": "x"}, []),
        ({"message": "x", "times": "3", "json": "true", "share": "0.5", "level": "low"}, []),
        ({"message": "x", "level": None}, []),
        ({}, ["missing_argument"]),
        ({"message": "x", "times": 9, "level": "hgh"}, ["not_allowed", "out_of_range"]),
        ({"message": "x" * 1001}, ["too_long"]),
        ({"message": "x", "title": "mine"}, ["unknown_argument"]),
    ],
)
def test_arguments_are_checked(tmp_path: Path, arguments: dict[str, object], codes: list[str]) -> None:
    registry = build_registry(small_home(), load(written(tmp_path, GOOD)))
    given, problems = registry.check(call("tell_phone", **arguments))
    assert sorted(problem.code for problem in problems) == codes
    assert (given is None) is bool(codes)
    if given is not None:
        kept = {key: value for key, value in arguments.items() if value is not None}
        assert given.model_dump(by_alias=True, exclude_none=True).keys() == kept.keys()


@pytest.mark.parametrize("text", ["", "actions: []", "# nothing\n"])
def test_an_empty_file_has_no_actions(tmp_path: Path, text: str) -> None:
    assert load(written(tmp_path, text)) == ()


def entry(more: str = "", name: str = "x", description: str = "X.", service: str = "light.turn_on") -> str:
    return f"actions: [{{name: {name}, description: '{description}', service: {service}{more}}}]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("actions: [", "not valid YAML"),
        ("- a\n- b", "valid dictionary"),
        ("just text", "valid dictionary"),
        ("acts: []", "acts"),
        ("actions: 5", "valid list"),
        (b"\xff\xfe\x00bad", "not UTF-8"),
        ("actions: [\x07]", "not valid YAML"),
        ("actions: [{name: x}]", "actions.0.description"),
        (entry(name="'two words'"), "not a valid action name"),
        (entry(name="x" * 65), "not a valid action name"),
        (entry(name="HassTurnOn"), "is taken"),
        (entry(name="HassStartTimer"), "is taken"),
        (entry(description=" "), "no description"),
        (entry(service="turn_on"), "actions.0.service"),
        (entry(service="'Light.turn on'"), "actions.0.service"),
        (entry(", risk: dangerous"), "actions.0.risk"),
        (entry(", colour: red"), "actions.0.colour"),
        (entry(", targets: light.x"), "actions.0.targets"),
        (entry(", data: {on: 2026-01-01}"), "actions.0.data"),  # a date is no JSON: quote it
        (entry(", parameters: {a: {type: list}}"), "actions.0.parameters.a.type"),
        (entry(", parameters: {a: {enum: []}}"), "actions.0.parameters.a.enum"),
        (entry(", parameters: {a: {enum: [on, off]}}"), "actions.0.parameters.a.enum"),  # YAML's booleans
        (entry(", parameters: {a: {type: integer, enum: ['1']}}"), "enum is for strings"),
        (entry(", parameters: {a: {type: number, minimum: 5, maximum: 1}}"), "minimum is above maximum"),
        (entry(", parameters: {'größe': {}}"), "actions.0.parameters"),  # no vendor would take it
        (entry(", parameters: {entity_id: {}}"), "given under 'targets'"),  # a model must not choose freely
        (entry(", parameters: {area_id: {}}"), "given under 'targets'"),
        (
            "actions: [{name: x, description: X, service: a.b}, {name: x, description: Y, service: a.c}]",
            "'x' is taken",
        ),
    ],
)
def test_a_bad_file_is_told_what_to_mend(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(CatalogError) as caught:
        load(written(tmp_path, text))
    assert said in caught.value.message
    assert "own.yaml" in caught.value.message
    assert caught.value.hint
    assert caught.value.code == "own_actions_invalid"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="Cannot read"):
        load(tmp_path / "none.yaml")
    with pytest.raises(CatalogError, match="Cannot read"):
        load(tmp_path)


@pytest.mark.parametrize(
    "name", ["copy", "json", "schema", "model_dump", "_hidden", "validate", "from", "a-b", "x.y"]
)
def test_arguments_may_be_called_anything(tmp_path: Path, name: str) -> None:
    [action] = load(written(tmp_path, entry(f", parameters: {{'{name}': {{}}}}")))
    assert list(action.schema()["properties"]) == [name]
    given, _ = build_registry(small_home(), [action]).check(call("x", **{name: "value"}))
    assert given is not None
    assert given.model_dump(by_alias=True) == {name: "value"}
