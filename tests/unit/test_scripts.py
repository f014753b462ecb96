"""Each exposed script is an action with its own fields, however oddly they are written."""

from typing import Any

import pytest

from actions.catalog import build_registry
from actions.catalog.own import OwnAction
from actions.demo import DemoHome
from actions.home import Entity
from tests.unit.homes import small_home

SCRIPT = Entity("script.s", "Say it")


def schema(fields: Any) -> dict[str, Any]:
    home = small_home(SCRIPT, services={"script": {"s": {"description": "Says it.", "fields": fields}}})
    return build_registry(home)["script.s"].schema()


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({}, {"type": "string", "maxLength": 1000}),
        (
            {"selector": {"text": None}, "name": "Text"},
            {"type": "string", "maxLength": 1000, "description": "Text"},
        ),
        ({"selector": {"number": {"min": 1, "max": 9}}}, {"type": "number", "minimum": 1, "maximum": 9}),
        ({"selector": {"number": {"min": "{{ low }}"}}}, {"type": "number"}),
        ({"selector": {"number": {}}}, {"type": "number"}),
        ({"selector": {"number": None}}, {"type": "number"}),
        ({"selector": {"boolean": {}}}, {"type": "boolean"}),
        ({"selector": {"boolean": None}}, {"type": "boolean"}),
        ({"selector": "text"}, {"type": "string", "maxLength": 1000}),
        ({"selector": None, "description": 5}, {"type": "string", "maxLength": 1000, "description": "5"}),
    ],
)
def test_fields(field: dict[str, Any], expected: dict[str, Any]) -> None:
    assert schema({"f": field})["properties"] == {"f": expected}


def test_required_fields_are_required() -> None:
    assert schema({"a": {"required": True}, "b": {}})["required"] == ["a"]


@pytest.mark.parametrize("fields", [None, {}, {"x": None}, {"x": "text"}, {"größe": {}}, {"a b": {}}])
def test_fields_that_no_model_could_fill_are_left_out(fields: Any) -> None:
    assert schema(fields)["properties"] == {}


def test_the_description_says_what_it_does() -> None:
    registry = build_registry(DemoHome(pace=0).home)
    assert registry["script.announce"].description == "Announce. Says a message on the kitchen speaker."
    assert build_registry(small_home(SCRIPT))["script.s"].description == "Runs the script Say it."


@pytest.mark.parametrize(
    "entity",
    [
        Entity("script.hidden", "Hidden", exposed=False),
        Entity(f"script.{'x' * 60}", "Long"),  # longer than any vendor takes
        Entity("light.s", "Lamp"),
    ],
)
def test_no_action_for(entity: Entity) -> None:
    assert entity.id not in build_registry(small_home(entity))


def test_an_own_action_takes_a_scripts_place() -> None:
    own = OwnAction(name="script.s", description="Better.", service="script.s").action()
    assert build_registry(small_home(SCRIPT), [own])["script.s"].description == "Better."
